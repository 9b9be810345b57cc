import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Gap } from '~/api/types';
import { weekday } from '~/logic/moment';
import { Moment } from '~/parts/Moment';
import { useGapWords } from '~/parts/useGapWords';

import style from './Separators.module.css';

export function DayLine({ day, level }: { day: string; level: 2 | 3 }) {
  const { i18n } = useTranslation();
  return (
    <div className={style.day} data-day role="heading" aria-level={level}>
      <span>
        {weekday(day, i18n.language)} <time dateTime={day}>{day}</time>
      </span>
    </div>
  );
}

/** A stretch without capture: drawn, so that it does not look like silence. */
export function GapLine({ gap }: { gap: Gap }) {
  const { t } = useTranslation();
  const words = useGapWords();
  return (
    <div className={style.gap} role="note">
      <IconPlugConnectedX size={16} aria-hidden />
      <span>
        <strong>{t('gap.title')}</strong> <Moment moment={gap.start} /> – <Moment moment={gap.end} />
        {' · '}
        {words(gap)}
      </span>
    </div>
  );
}

/** The first or last thing that was captured of a conversation, or that more is coming. Paper says that it is a part. */
export function EndLine({ words, printed }: { words: string; printed?: string }) {
  return (
    <div className={style.end}>
      <span data-screen-only={printed !== undefined || undefined}>{words}</span>
      {printed !== undefined && <span data-print-only>{printed}</span>}
    </div>
  );
}
