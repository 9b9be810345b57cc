import { Modal } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconReceipt } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { IsoTime } from '~/parts/Moment';
import { useTitle } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { VirtualList } from '~/parts/VirtualList';

import { account, balances } from '@/api/queries';
import type { AccountLine } from '@/api/types';
import { useOffice } from '@/app/office';
import { grouped } from '@/logic/money';
import { Balances } from '@/parts/Balances';
import { ActName } from '@/parts/LedgerWords';

import style from './List.module.css';
import reseller from './Resellers.module.css';

const keyOf = (line: AccountLine): number => line.number;

/** A reseller's own account. */
export function AccountPage() {
  const { t } = useTranslation();
  useTitle(t('pages.account'));
  const office = useOffice();
  const owed = useQuery(balances(office));
  return (
    <div className={style.page}>
      <section className={style.list} aria-label={t('pages.account')}>
        <header className={style.head}>
          <div className={style.title}>
            <h1>{t('pages.account')}</h1>
            <p>{t('account.lead')}</p>
          </div>
        </header>
        {owed.data && owed.data.balances.length > 0 && (
          <div className={style.outcome}>
            <Balances list={owed.data.balances} named={false} />
          </div>
        )}
        <Lines />
      </section>
    </div>
  );
}

/** The account of a reseller, for the office. */
export function ResellerAccount({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      size="xl"
      opened={name !== undefined}
      onClose={onClose}
      title={
        <>
          {t('resellers.account')}: <bdi>{name}</bdi>
        </>
      }
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className={reseller.lines}>{name !== undefined && <Lines name={name} />}</div>
    </Modal>
  );
}

function Lines({ name }: { name?: string }) {
  const { t } = useTranslation();
  const office = useOffice();
  const pane = useRef<HTMLDivElement>(null);
  const query = account(office, name);
  const answer = useInfiniteQuery(query);
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.lines) ?? [], [answer.data]);
  if (answer.isPending) {
    return (
      <Pending queryKey={query.queryKey} answer={answer}>
        <RowSkeletons count={5} />
      </Pending>
    );
  }
  if (answer.isError && list.length === 0) {
    return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (list.length === 0) {
    return (
      <EmptyState icon={IconReceipt} title={t('account.none')}>
        <p>{t('account.noneHint')}</p>
      </EmptyState>
    );
  }
  return (
    <VirtualList
      pane={pane}
      label={t('pages.account')}
      name={`account ${name}`}
      list={list}
      pages={answer}
      keyOf={keyOf}
      height={48}
    >
      {(line) => (
        <article className={`${style.row} ${style.account}`}>
          <span className={`${style.pin} ${style.muted}`}>{line.number}</span>
          <IsoTime iso={line.at} />
          <span className={style.name}>
            <ActName act={line.act} />
            <span className={style.notice}>
              <bdi>{line.words}</bdi>
            </span>
          </span>
          <span className={style.amount}>{grouped(line.owed)}</span>
        </article>
      )}
    </VirtualList>
  );
}
