import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconListDetails, IconShieldCheck } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { useWork } from '~/frame/useWork';
import { Digest } from '~/parts/Digest';
import { useTitle } from '~/parts/PageFrame';
import { Elapsed, Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { VirtualList } from '~/parts/VirtualList';

import { ledger } from '@/api/queries';
import type { LedgerLine, LedgerPage as Page, Verified } from '@/api/types';
import { useOffice } from '@/app/office';
import { LedgerRow } from '@/parts/LedgerWords';

import style from './List.module.css';

const keyOf = (line: LedgerLine): number => line.number;

/** Every signed act, and whether all of them are as they were signed. */
export function LedgerPage() {
  const { t } = useTranslation();
  useTitle(t('pages.ledger'));
  const office = useOffice();
  const pane = useRef<HTMLDivElement>(null);
  const query = ledger(office);
  const answer = useInfiniteQuery(query);
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.lines) ?? [], [answer.data]);
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
        {answer.isPending && (
          <Pending queryKey={query.queryKey} answer={answer}>
            <RowSkeletons />
          </Pending>
        )}
        {answer.isError && list.length === 0 && (
          <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
        )}
        {answer.isSuccess && list.length === 0 && (
          <EmptyState icon={IconListDetails} title={t('ledger.none')}>
            <p>{t('ledger.noneHint')}</p>
          </EmptyState>
        )}
        {list.length > 0 && (
          <VirtualList
            pane={pane}
            label={t('pages.ledger')}
            name="ledger"
            list={list}
            pages={answer}
            keyOf={keyOf}
            height={48}
          >
            {(line) => <LedgerRow line={line} />}
          </VirtualList>
        )}
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
