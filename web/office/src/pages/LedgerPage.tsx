import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconListDetails, IconShieldCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { useWork } from '~/frame/useWork';
import { Digest } from '~/parts/Digest';
import { useTitle } from '~/parts/PageFrame';
import { Elapsed } from '~/parts/Pending';
import { EmptyState, ErrorState } from '~/parts/States';

import { ledger } from '@/api/queries';
import type { LedgerPage as Page, Verified } from '@/api/types';
import { useOffice } from '@/app/office';
import { LedgerList } from '@/parts/LedgerList';

import style from './List.module.css';

/** Every signed act, and whether all of them are as they were signed. */
export function LedgerPage() {
  const { t } = useTranslation();
  useTitle(t('pages.ledger'));
  const office = useOffice();
  const query = ledger(office);
  const answer = useInfiniteQuery(query);
  const verify = useWork((signal) => office.client.post<Verified>('/api/ledger/verify', undefined, signal));
  const first = answer.data?.pages[0];
  return (
    <div className={style.page}>
      <section className={style.list} aria-label={t('pages.ledger')}>
        <header className={style.head}>
          <div className={style.title}>
            <h1>{t('pages.ledger')}</h1>
            <p>{first && t('ledger.lead', { count: first.size })}</p>
          </div>
          <Button
            variant="filled"
            size="sm"
            leftSection={<IconShieldCheck size={15} />}
            loading={verify.isPending}
            onClick={verify.run}
          >
            {t('ledger.verify')}
          </Button>
        </header>
        {!verify.isIdle && (
          <div className={style.outcome}>
            {verify.isPending && <Elapsed onCancel={verify.stop} />}
            {verify.isError && <ErrorState error={verify.error} onRetry={verify.run} />}
            {verify.data && <Outcome found={verify.data} page={first} />}
          </div>
        )}
        <LedgerList
          queryKey={query.queryKey}
          answer={answer}
          label={t('pages.ledger')}
          name="ledger"
          empty={
            <EmptyState icon={IconListDetails} title={t('ledger.none')}>
              <p>{t('ledger.noneHint')}</p>
            </EmptyState>
          }
        />
      </section>
    </div>
  );
}

function Outcome({ found, page }: { found: Verified; page: Page | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      <p role="status" data-ok={found.ok}>
        {found.ok ? t('ledger.holds', { size: found.size }) : `${t('ledger.broken')} ${found.detail}`}
      </p>
      <dl>
        <dt>{t('ledger.root')}</dt>
        <dd>
          <Digest value={found.root} what={t('ledger.root')} />
        </dd>
        {page && (
          <>
            <dt>{t('ledger.key')}</dt>
            <dd>
              <Digest value={page.key} what={t('ledger.key')} />
            </dd>
          </>
        )}
      </dl>
    </>
  );
}
