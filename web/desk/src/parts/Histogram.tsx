import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Bucket } from '~/api/types';
import { bars } from '~/logic/days';

import style from './Histogram.module.css';
import { Bone } from './Skeletons';

/** The chart library is a large file of its own, fetched with the first chart. */
const TimeChart = lazy(() => import('./TimeChart'));

/** The narrowest bar that can be pointed at, in pixels. */
const NARROWEST = 3;

interface Props {
  days: readonly Bucket[];
  height: number;
  /** Called with the first and last day that were brushed over. */
  onBrush?: (first: string, last: string) => void;
}

/** Messages over time; the hatched part of each bar is locked. */
export function Histogram({ days, height, onBrush }: Props) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const scheme = useComputedColorScheme();
  const most = Math.max(1, Math.floor((width - 50) / NARROWEST));
  const { step, bars: list } = useMemo(
    () => (width > 0 ? bars(days, most) : { step: 'day' as const, bars: [] }),
    [days, most, width],
  );
  const first = days[0]?.day;
  const last = days.at(-1)?.day;
  return (
    <figure className={style.figure} ref={ref} aria-label={t('histogram.label', { from: first, to: last })}>
      <div style={{ height }}>
        {list.length > 0 && (
          <Suspense fallback={<Bone height={`${height}px`} />}>
            <TimeChart key={scheme} bars={list} step={step} scheme={scheme} onBrush={onBrush} />
          </Suspense>
        )}
      </div>
      {list.length > 0 && (
        <figcaption className={style.caption}>
          <span>{t(`histogram.${step}`)}</span>
          <span className={style.key} data-locked="false">
            {t('histogram.readable')}
          </span>
          <span className={style.key} data-locked="true">
            {t('histogram.locked')}
          </span>
          {onBrush && <span className={style.hint}>{t('histogram.brush')}</span>}
        </figcaption>
      )}
    </figure>
  );
}
