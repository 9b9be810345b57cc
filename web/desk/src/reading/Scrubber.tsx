import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type MouseEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Density } from '~/api/types';
import { type Row, rowOf, rows } from '~/logic/density';
import { weekday } from '~/logic/moment';
import { useGapWords } from '~/parts/useGapWords';

import style from './Scrubber.module.css';

/** The thickest bar, in pixels. */
const THICKEST = 12;

/** Height of a row that can still be told from its neighbour, in pixels. */
const ROW = 3;

interface Props {
  density: Density;
  /** First and last day in sight. */
  sight: { from: string; to: string } | null;
  onJump: (day: string) => void;
}

/** The whole conversation along its edge: how much on which day, how much of it locked, where capture is missing. */
export function Scrubber({ density, sight, onJump }: Props) {
  const { t, i18n } = useTranslation();
  const gapWords = useGapWords();
  const { ref, height } = useElementSize<HTMLDivElement>();
  const list = useMemo(() => rows(density, Math.floor(height / ROW)), [density, height]);
  const [hover, setHover] = useState<number | null>(null);
  const at = sight && list.length > 0 ? rowOf(list, sight.from) : 0;
  const until = sight && list.length > 0 ? rowOf(list, sight.to) : 0;

  const rowAt = (event: MouseEvent<HTMLDivElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientY - box.top) / box.height) * list.length);
    return Math.max(0, Math.min(index, list.length - 1));
  };
  const go = (index: number): void => {
    const row = list[Math.max(0, Math.min(index, list.length - 1))];
    if (row) onJump(row.from);
  };
  const press = (event: KeyboardEvent): void => {
    const many = Math.max(1, Math.round(list.length / 12));
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: many, PageUp: -many };
    if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(list.length - 1);
    else if (event.key in steps) go(at + steps[event.key as keyof typeof steps]);
    else return;
    event.preventDefault();
  };

  const words = (row: Row | undefined): string =>
    row
      ? t('scrubber.row', {
          days:
            row.from === row.to
              ? `${row.from} ${weekday(row.from, i18n.language)}`
              : t('scrubber.days', { from: row.from, to: row.to }),
          messages: t('count.messages', { count: row.count }),
          locked: t('count.locked', { count: row.locked }),
        }) + (row.gap === null ? '' : ` · ${t('gap.title')} ${gapWords(row.gap)}`)
      : '';

  return (
    <div
      className={style.scrubber}
      role="slider"
      tabIndex={0}
      aria-label={t('scrubber.label')}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, list.length - 1)}
      aria-valuenow={at}
      aria-valuetext={words(list[at])}
      onPointerMove={(event) => setHover(rowAt(event))}
      onPointerLeave={() => setHover(null)}
      onClick={(event) => go(rowAt(event))}
      onKeyDown={press}
      ref={ref}
      data-screen-only
    >
      <Drawing list={list} height={height} />
      {sight && list.length > 0 && (
        <span
          className={style.sight}
          style={{ top: `${(at / list.length) * 100}%`, height: `${((until - at + 1) / list.length) * 100}%` }}
        />
      )}
      {hover !== null && list[hover] && (
        <span className={style.words} style={{ top: `${((hover + 0.5) / list.length) * 100}%` }}>
          {words(list[hover])}
        </span>
      )}
      <span className={style.first}>{list[0]?.from}</span>
      <span className={style.last}>{list.at(-1)?.to}</span>
    </div>
  );
}

/** Bars from the right edge; a locked share is the paler part of its bar. */
function Drawing({ list, height }: { list: readonly Row[]; height: number }) {
  const step = list.length > 0 ? height / list.length : 0;
  return (
    <svg
      className={style.drawing}
      width="100%"
      height={height}
      viewBox={`0 0 40 ${height || 1}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      {list.map((row, index) => {
        const thick = Math.min(THICKEST, Math.max(1, step - 1));
        const y = index * step + (step - thick) / 2;
        const wide = row.count > 0 ? 2 + row.share * 32 : 0;
        return (
          <g key={row.from}>
            {row.gap !== null && (
              <line className={style.hole} x1={20} x2={20} y1={index * step} y2={(index + 1) * step} />
            )}
            <rect className={style.bar} x={40 - wide} y={y} width={wide} height={thick} />
            <rect className={style.locked} x={40 - wide} y={y} width={wide * row.lockedShare} height={thick} />
          </g>
        );
      })}
    </svg>
  );
}
