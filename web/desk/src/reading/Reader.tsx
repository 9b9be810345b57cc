import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { density as densityQuery, type LineFilter, type Start } from '~/api/queries';
import type { Gap, Range } from '~/api/types';
import { useDesk } from '~/app/session';
import { findLine } from '~/logic/window';
import { startOfDay } from '~/logic/zone';
import { LineSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { useAccountLinks } from '~/parts/useAccountLinks';

import { Lines } from './Lines';
import style from './Reader.module.css';
import { Scrubber } from './Scrubber';
import { SelectionBar } from './SelectionBar';
import { EndLine } from './Separators';
import { firstInSight, numberOf, useAnchor } from './useAnchor';
import { useCite } from './useCite';
import { useLineKeys } from './useLineKeys';
import { useSight } from './useSight';
import { useStretch } from './useStretch';

export interface ReaderProps {
  conversation: string;
  /** Where to open; a new value goes there. */
  start: Start;
  filter: LineFilter;
  highlights?: { number: number; ranges: readonly Range[] };
  /** Level of the heading of a day. */
  level: 2 | 3;
  onProvenance: (number: number) => void;
  /** Told which line one reads, when one has come to rest. */
  onRest?: (number: number) => void;
  /** Head of the pane; `jump` goes to the first message of a day. */
  head: (jump: (day: string) => void) => ReactNode;
}

const NO_GAPS: readonly Gap[] = [];

/** The record that a place is around; null for a place of another kind. */
const middleOf = (start: Start): number | null =>
  'around' in start ? start.around : 'resume' in start ? start.resume : null;

/** A conversation to be read, in a window that moves over it: however long it is, a few hundred lines are held. */
export function Reader(props: ReaderProps) {
  const { conversation, start, filter, onProvenance, onRest } = props;
  const { t } = useTranslation();
  const { client, session, release } = useDesk();
  const pane = useRef<HTMLDivElement>(null);
  const { hold, reveal, focus, note } = useAnchor(pane);
  const reading = useStretch(conversation, filter, hold);
  const { lines, place, open, grow } = reading;
  const { sight, moment, look } = useSight(pane, lines, { grow, note, onRest });
  const density = useQuery(densityQuery(client, conversation)).data;
  const [current, setCurrent] = useState<number | null>(null);
  const [selected, setSelected] = useState<readonly number[]>([]);
  const [cameFrom, setCameFrom] = useState<number | null>(null);
  const meant = place && middleOf(place.start);
  const target = meant === null ? undefined : findLine(lines, meant)?.number;

  // The keys that scroll act on the conversation at once, unless one was somewhere already, as in a list beside it.
  useEffect(() => {
    if (document.activeElement === document.body) pane.current?.focus({ preventScroll: true });
  }, []);

  // A changed filter keeps the place: it opens again at the moment that one was reading.
  const opened = useRef<Start | null>(null);
  useEffect(() => {
    const again = opened.current === start && moment.current !== null;
    opened.current = start;
    void open(again ? { at: moment.current ?? 0 } : start);
  }, [moment, open, start]);

  // Where a stretch was opened anew (not when it grew), the line that one came for is brought into sight.
  const latest = useRef(lines);
  useLayoutEffect(() => {
    latest.current = lines;
  });
  useLayoutEffect(() => {
    if (!place || !pane.current) return;
    const { start: from } = place;
    const held = latest.current;
    const middle = middleOf(from);
    const sought =
      middle !== null
        ? findLine(held, middle)
        : 'at' in from
          ? (held.find((line) => line.time.utc >= from.at) ?? held.at(-1))
          : undefined;
    if (sought) reveal(sought.number);
    else pane.current.scrollTop = pane.current.scrollHeight;
    setCurrent(middle === null ? null : (sought?.number ?? null));
  }, [place, reveal]);

  const jumpDay = (day: string): void => void open({ at: startOfDay(day, session.timezone) });
  const jump = useCallback(
    (number: number) => {
      setCameFrom((old) => numberOf(pane.current && firstInSight(pane.current)) ?? old);
      setCurrent(number);
      if (reveal(number)) focus(number);
      else void open({ around: number });
    },
    [focus, open, reveal],
  );
  const select = useCallback(
    (number: number) =>
      setSelected((old) => (old.includes(number) ? old.filter((each) => each !== number) : [...old, number])),
    [],
  );
  const goTo = (number: number): void => {
    setCurrent(number);
    focus(number);
  };
  const cite = useCite();
  const follow = useAccountLinks();
  useLineKeys(pane, { lines, current, onCurrent: goTo, onProvenance, onSelect: select, onCite: cite });

  const empty = lines.length === 0;
  return (
    <div className={style.reader}>
      {props.head(jumpDay)}
      <div className={style.body}>
        <div
          className={style.pane}
          ref={pane}
          role="region"
          aria-label={t('reader.label')}
          aria-busy={reading.busy !== null}
          tabIndex={0}
          onScroll={look}
          onClick={follow}
          onFocus={(event) => {
            const line = event.target.closest<HTMLElement>('[data-line]');
            if (line) setCurrent(numberOf(line));
          }}
        >
          {empty && <Nothing reading={reading} />}
          {!empty &&
            (reading.atBeginning ? (
              <EndLine words={t('reader.beginning')} />
            ) : (
              <EndLine words={t('reader.more')} printed={t('reader.earlierUnprinted')} />
            ))}
          <Lines
            lines={lines}
            gaps={density?.gaps ?? NO_GAPS}
            current={current}
            target={target}
            selected={selected}
            highlights={props.highlights}
            level={props.level}
            onProvenance={onProvenance}
            onJump={jump}
            onSelect={select}
            onCite={cite}
          />
          {!empty &&
            (reading.atEnd ? (
              <EndLine words={t('reader.end', { release })} />
            ) : (
              <EndLine words={t('reader.more')} printed={t('reader.laterUnprinted')} />
            ))}
          {!empty && reading.error !== null && <ErrorState error={reading.error} onRetry={look} />}
        </div>
        {density && density.days.length > 1 && <Scrubber density={density} sight={sight} onJump={jumpDay} />}
      </div>
      {cameFrom !== null && selected.length === 0 && (
        <button
          type="button"
          className={style.back}
          onClick={() => {
            jump(cameFrom);
            setCameFrom(null);
          }}
          data-screen-only
        >
          {t('reader.back', { number: cameFrom })}
        </button>
      )}
      <SelectionBar lines={lines} selected={selected} onClear={() => setSelected([])} />
    </div>
  );
}

/** What stands in an empty pane: it is loading, it failed, or there is nothing. */
function Nothing({ reading }: { reading: ReturnType<typeof useStretch> }) {
  const { t } = useTranslation();
  if (reading.error !== null) return <ErrorState error={reading.error} onRetry={reading.retry} />;
  if (reading.busy !== null || reading.place === null) return <LineSkeletons count={12} />;
  return (
    <EmptyState title={t('reader.none')}>
      <p>{t('reader.noneHint')}</p>
    </EmptyState>
  );
}
