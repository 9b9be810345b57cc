import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { clockLength } from '~/logic/moment';

import style from './Progress.module.css';

interface Props {
  words: string;
  done: number;
  total: number;
  /** When the work began, by `performance.now()`. */
  since: number;
  onCancel: () => void;
}

/** How far a long work is, how fast it goes, how long it will take, and a way to stop it. */
export function Progress({ words, done, total, since, onCancel }: Props) {
  const { t } = useTranslation();
  const seconds = (performance.now() - since) / 1000;
  const rate = seconds > 0.5 ? done / seconds : 0;
  const share = total > 0 ? done / total : 0;
  return (
    <div className={style.progress}>
      <div className={style.words}>
        <span>{words}</span>
        <span className="quiet-numbers">
          {total > 0 && t('progress.done', { done, total })}
          {rate > 0 && ` · ${t('progress.rate', { rate: Math.round(rate) })}`}
          {rate > 0 &&
            done < total &&
            ` · ${t('progress.left', { time: clockLength(((total - done) / rate) * 1000) })}`}
        </span>
      </div>
      <div
        className={style.track}
        role="progressbar"
        aria-label={words}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <span style={{ transform: `scaleX(${share})` }} />
      </div>
      <Button onClick={onCancel}>{t('cancel')}</Button>
    </div>
  );
}
