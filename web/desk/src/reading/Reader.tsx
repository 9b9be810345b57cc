import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { density as densityQuery, type LineFilter, type Start } from '~/api/queries';
import type { Range } from '~/api/types';
import { useDesk } from '~/app/session';
import { useKeys } from '~/keys/keys';
import { items } from '~/logic/items';
import { dayOf } from '~/logic/moment';
import { findLine } from '~/logic/window';
import { startOfDay } from '~/logic/zone';
import { MessageLine } from '~/parts/line/MessageLine';
import { LineSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { useProved } from '~/provenance/proved';

import style from './Reader.module.css';
import { Scrubber } from './Scrubber';
import { SelectionBar } from './SelectionBar';
import { DayLine, EndLine, GapLine } from './Separators';
import { firstInSight, numberOf, useAnchor } from './useAnchor';
import { useStretch } from './useStretch';

/** How near to an end of what is held the next page is fetched, in pixels. */
const NEAR = 1600;

export interface ReaderProps {
  conversation: string;
  /** Where to open; a new value goes there. */
  start: Start;
  filter: LineFilter;
  highlights?: { number: number; ranges: readonly Range[] };
  onProvenance: (number: number) => void;
  /** Told which line one reads, when one has come to rest. */
  onRest?: (number: number) => void;
  /** Head of the pane; `jump` goes to the first message of a day. */
  head: (jump: (day: string) => void) => ReactNode;
}

const NO_RANGES: readonly Range[] = [];

/** A conversation to be read, in a window that moves over it: however long it is, a few hundred lines are held. */
export function Reader(props: ReaderProps) {
  const { conversation, start, filter, onProvenance, onRest } = props;
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const pane = useRef<HTMLDivElement>(null);
  const { hold, reveal, focus } = useAnchor(pane);
  const reading = useStretch(conversation, filter, hold);
  const { lines, place, open, grow } = reading;
  const density = useQuery(densityQuery(client, conversation)).data;
  const proved = useProved();
  const [current, setCurrent] = useState<number | null>(null);
  const [selected, setSelected] = useState<readonly number[]>([]);
  const [sight, setSight] = useState<{ from: string; to: string } | null>(null);
  const [cameFrom, setCameFrom] = useState<number | null>(null);
  const shown = useMemo(() => items(lines, density?.gaps ?? []), [lines, density]);
  const target = place && 'around' in place.start ? findLine(lines, place.start.around)?.number : undefined;

  // A changed filter keeps the place: it opens again at the moment that one was reading.
  const opened = useRef<{ start: Start; at: number | null }>({ start: { end: true }, at: null });
  useEffect(() => {
    const { at } = opened.current;
    const same = opened.current.start === start;
    opened.current.start = start;
    void open(same && at !== null ? { at } : start);
  }, [open, start]);

  useLayoutEffect(() => {
    const element = pane.current;
    if (!place || !element) return;
    const { start: from } = place;
    if ('around' in from) reveal(findLine(lines, from.around)?.number ?? -1);
    else if ('at' in from) reveal((lines.find((line) => line.time.utc >= from.at) ?? lines.at(-1))?.number ?? -1);
    else element.scrollTop = element.scrollHeight;
    setCurrent('around' in from ? (findLine(lines, from.around)?.number ?? null) : null);
    // Only where a stretch was opened anew, not when it grew.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [place]);

  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const look = useCallback(() => {
    const element = pane.current;
    if (!element || lines.length === 0) return;
    if (element.scrollTop < NEAR) grow('before');
    else if (element.scrollHeight - element.clientHeight - element.scrollTop < NEAR) grow('after');
    const number = numberOf(firstInSight(element));
    const index = lines.findIndex((line) => line.number === number);
    const first = lines[index];
    if (!first) return;
    opened.current.at = first.time.utc;
    const bottom = element.getBoundingClientRect().bottom;
    const below = [...element.querySelectorAll('[data-line]')].slice(index).findIndex((line) => line.getBoundingClientRect().top > bottom);
    const last = (below === -1 ? lines.at(-1) : lines[index + below - 1]) ?? first;
    const next = { from: dayOf(first.time.iso), to: dayOf(last.time.iso) };
    setSight((old) => (old?.from === next.from && old.to === next.to ? old : next));
    clearTimeout(resting.current);
    if (onRest) resting.current = setTimeout(() => onRest(first.number), 1500);
  }, [grow, lines, onRest]);
  useEffect(() => look(), [look]);
  useEffect(() => () => clearTimeout(resting.current), []);

  const jumpDay = (day: string): void => void open({ at: startOfDay(day, session.timezone) });
  const jump = useCallback(
    (number: number) => {
      setCameFrom((old) => numberOf(pane.current && firstInSight(pane.current)) ?? old);
      setCurrent(number);
      if (!reveal(number)) void open({ around: number });
      else focus(number);
    },
    [focus, open, reveal],
  );
  const select = useCallback(
    (number: number) =>
      setSelected((old) => (old.includes(number) ? old.filter((each) => each !== number) : [...old, number])),
    [],
  );

  const step = (by: number): void => {
    const at = lines.findIndex((line) => line.number === current);
    const seen = pane.current ? numberOf(firstInSight(pane.current)) : null;
    const next = at === -1 ? lines.find((line) => line.number === seen) : lines[at + by];
    if (!next) return;
    setCurrent(next.number);
    focus(next.number);
  };
  const onCurrent = (act: (number: number) => void) => () => (current === null ? false : act(current));
  useKeys(
    [
      { keys: 'j', words: t('keys.nextLine'), group: 'message', run: () => step(1) },
      { keys: 'k', words: t('keys.previousLine'), group: 'message', run: () => step(-1) },
      { keys: 'p', words: t('keys.provenance'), group: 'message', run: onCurrent(onProvenance) },
      { keys: 'x', words: t('keys.select'), group: 'message', run: onCurrent(select) },
      { keys: 'o', words: t('keys.openMedia'), group: 'message', run: onCurrent((number) => openMedia(pane.current, number)) },
    ],
    pane,
  );

  return (
    <div className={style.reader}>
      {props.head(jumpDay)}
      <div className={style.body}>
        <div
          className={style.pane}
          ref={pane}
          role="region"
          aria-label={t('reader.label')}
          tabIndex={0}
          onScroll={look}
          onFocus={(event) => {
            const line = (event.target as HTMLElement).closest<HTMLElement>('[data-line]');
            if (line) setCurrent(numberOf(line));
          }}
        >
          {reading.busy === 'open' && lines.length === 0 && <LineSkeletons count={12} />}
          {reading.error !== null && lines.length === 0 && <ErrorState error={reading.error} onRetry={reading.retry} />}
          {lines.length === 0 && place && reading.error === null && reading.busy === null && (
            <EmptyState title={t('reader.none')}>
              <p>{t('reader.noneHint')}</p>
            </EmptyState>
          )}
          {lines.length > 0 && (
            <>
              <EndLine words={reading.atBeginning ? t('reader.beginning') : t('reader.more')} />
              {shown.map((item) =>
                item.type === 'day' ? (
                  <DayLine key={item.key} day={item.day} />
                ) : item.type === 'gap' ? (
                  <GapLine key={item.key} gap={item.gap} />
                ) : (
                  <MessageLine
                    key={item.key}
                    line={item.line}
                    continued={item.continued}
                    current={item.line.number === current}
                    target={item.line.number === target}
                    selected={selected.includes(item.line.number)}
                    proved={proved.has(item.line.number)}
                    highlights={props.highlights?.number === item.line.number ? props.highlights.ranges : NO_RANGES}
                    onProvenance={onProvenance}
                    onJump={jump}
                    onSelect={select}
                  />
                ),
              )}
              <EndLine words={reading.atEnd ? t('reader.end', { release: session.release }) : t('reader.more')} />
              {reading.error !== null && <ErrorState error={reading.error} onRetry={look} />}
            </>
          )}
        </div>
        {density && density.days.length > 1 && <Scrubber density={density} sight={sight} onJump={jumpDay} />}
      </div>
      {cameFrom !== null && (
        <button type="button" className={style.back} onClick={() => (jump(cameFrom), setCameFrom(null))} data-screen-only>
          {t('reader.back', { number: cameFrom })}
        </button>
      )}
      <SelectionBar lines={lines} selected={selected} onClear={() => setSelected([])} />
    </div>
  );
}

/** Act on the picture, voice message or fold of a line as its first button would. */
function openMedia(pane: HTMLElement | null, number: number): unknown {
  const button = pane?.querySelector<HTMLElement>(`[data-line="${number}"] [data-opens], [data-line="${number}"] a[download]`);
  if (!button) return false;
  button.click();
  return true;
}
