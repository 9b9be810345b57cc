import { Button } from '@mantine/core';
import { type QueryKey, type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { IconPlayerStop } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import style from './Pending.module.css';
import { EmptyState } from './States';

interface Props {
  queryKey: QueryKey;
  answer: Pick<UseQueryResult, 'fetchStatus' | 'refetch'>;
  /** The shape of what is coming. */
  children: ReactNode;
}

/** An answer that is awaited: its shape at once, after a second how long it takes and a way to stop it. */
export function Pending({ queryKey, answer, children }: Props) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  if (answer.fetchStatus === 'idle') {
    return (
      <EmptyState icon={IconPlayerStop} title={t('pending.stopped')}>
        <p>{t('pending.stoppedHint')}</p>
        <Button onClick={() => void answer.refetch()}>{t('pending.again')}</Button>
      </EmptyState>
    );
  }
  return (
    <>
      <Elapsed onCancel={() => void cache.cancelQueries({ queryKey, exact: true })} />
      {children}
    </>
  );
}

/** After a second: how long something takes, and a way to stop it. */
export function Elapsed({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  if (seconds === 0) return null;
  return (
    <div className={style.elapsed}>
      <span role="timer" className="quiet-numbers">
        {t('pending.for', { seconds })}
      </span>
      <Button onClick={onCancel}>{t('cancel')}</Button>
    </div>
  );
}
