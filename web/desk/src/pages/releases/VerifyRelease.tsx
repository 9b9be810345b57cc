import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { verifyRelease } from '~/api/queries';
import type { Check } from '~/api/types';
import { useDesk } from '~/app/session';
import { CheckList } from '~/parts/CheckList';
import { Progress } from '~/parts/Progress';
import { Command, ErrorState } from '~/parts/States';

import style from './Releases.module.css';

interface Running {
  done: number;
  total: number;
  since: number;
}

/** Reads every byte of a release again and compares it with what was signed. May take long, and can be stopped. */
export function VerifyRelease({ number }: { number: number }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const [running, setRunning] = useState<Running | null>(null);
  const [check, setCheck] = useState<Check | null>(null);
  const [error, setError] = useState<unknown>(null);
  const work = useRef<AbortController>(null);
  useEffect(() => () => work.current?.abort(), []);

  const run = async (): Promise<void> => {
    const mine = new AbortController();
    work.current = mine;
    const since = performance.now();
    setCheck(null);
    setError(null);
    setRunning({ done: 0, total: 0, since });
    try {
      for await (const event of verifyRelease(client, number, mine.signal)) {
        if ('check' in event) setCheck(event.check);
        else setRunning({ ...event, since });
      }
    } catch (caught) {
      if (!mine.signal.aborted) setError(caught);
    } finally {
      if (work.current === mine) setRunning(null);
    }
  };

  return (
    <div className={style.panel}>
      <p>{t('releases.verifyLead')}</p>
      {running ? (
        <Progress words={t('releases.verifying')} {...running} onCancel={() => work.current?.abort()} />
      ) : (
        <div className={style.row}>
          <Button
            variant="filled"
            leftSection={<IconShieldCheck size={15} />}
            onClick={() => void run()}
            data-screen-only
          >
            {t(check ? 'releases.verifyAgain' : 'releases.verify')}
          </Button>
        </div>
      )}
      {error !== null && <ErrorState error={error} onRetry={() => void run()} />}
      {check && (
        <CheckList
          check={check}
          live
          words={{ ok: t('releases.holds', { number }), bad: t('releases.broken', { number }) }}
        />
      )}
      <p>{t('releases.verifyElsewhere')}</p>
      <Command text={`underseal release verify ${number}`} />
    </div>
  );
}
