import { Button, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconBan, IconQrcode, IconTag, IconUsers } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useTell } from '~/frame/useTell';
import { LinkButton } from '~/parts/LinkButton';
import { IsoTime } from '~/parts/Moment';
import { useTitle } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { VirtualList } from '~/parts/VirtualList';

import { products, resellers, sales } from '@/api/queries';
import { CODE_STATES, type Sale, type Voided } from '@/api/types';
import { useOffice } from '@/app/office';
import { grouped } from '@/logic/money';
import { FormDialog } from '@/parts/FormDialog';
import { CodeMark } from '@/parts/StateMark';

import { IssueDialog } from './IssueDialog';
import { IssuedCodes } from './IssuedCodes';
import style from './List.module.css';

const route = getRouteApi('/office/codes');

const keyOf = (sale: Sale): string => sale.serial;

/** Issue codes, and see what became of those that were issued. */
export function CodesPage() {
  const { t } = useTranslation();
  useTitle(t('pages.codes'));
  const office = useOffice();
  const [issuing, setIssuing] = useState(false);
  const [voiding, setVoiding] = useState<Sale | 'batch' | null>(null);
  return (
    <div className={style.page}>
      <section className={style.list} aria-label={t('pages.codes')}>
        <header className={style.head} data-screen-only>
          <div className={style.title}>
            <h1>{t('pages.codes')}</h1>
            <p>{t('codes.lead')}</p>
          </div>
          <div className={style.tools}>
            <Narrowing />
            <Button size="sm" leftSection={<IconBan size={15} />} onClick={() => setVoiding('batch')}>
              {t('codes.voidBatch')}
            </Button>
            <Button variant="filled" size="sm" leftSection={<IconQrcode size={16} />} onClick={() => setIssuing(true)}>
              {t('codes.issue')}
            </Button>
          </div>
        </header>
        {office.issued ? (
          <IssuedCodes batch={office.issued} onKept={() => office.show(null)} />
        ) : (
          <Sold onVoid={setVoiding} />
        )}
      </section>
      <IssueDialog opened={issuing} onClose={() => setIssuing(false)} />
      <VoidDialog what={voiding} onClose={() => setVoiding(null)} />
    </div>
  );
}

function Narrowing() {
  const { t } = useTranslation();
  const office = useOffice();
  const { state, reseller } = route.useSearch();
  const navigate = route.useNavigate();
  const sellers = useQuery(resellers(office));
  return (
    <>
      <Select
        clearable
        aria-label={t('codes.state')}
        placeholder={t('licences.anyState')}
        data={CODE_STATES.map((each) => ({ value: each, label: t(`codeState.${each}`) }))}
        value={state ?? null}
        onChange={(value) =>
          void navigate({
            search: (old) => ({ ...old, state: CODE_STATES.find((each) => each === value) }),
            replace: true,
          })
        }
      />
      {office.isOperator && (
        <Select
          clearable
          searchable
          aria-label={t('codes.reseller')}
          placeholder={t('licences.anyReseller')}
          data={sellers.data?.map((each) => each.name) ?? []}
          value={reseller ?? null}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, reseller: value ?? undefined }), replace: true })
          }
        />
      )}
    </>
  );
}

function Sold({ onVoid }: { onVoid: (sale: Sale) => void }) {
  const { t } = useTranslation();
  const office = useOffice();
  const pane = useRef<HTMLDivElement>(null);
  const { state, reseller } = route.useSearch();
  const query = sales(office, state, reseller);
  const answer = useInfiniteQuery(query);
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.sales) ?? [], [answer.data]);
  if (answer.isPending) {
    return (
      <Pending queryKey={query.queryKey} answer={answer}>
        <RowSkeletons />
      </Pending>
    );
  }
  if (answer.isError && list.length === 0) {
    return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (list.length === 0) return <Nothing />;
  return (
    <VirtualList
      pane={pane}
      label={t('codes.list')}
      name={`codes ${state} ${reseller}`}
      list={list}
      pages={answer}
      keyOf={keyOf}
      height={48}
    >
      {(sale) => <Row sale={sale} onVoid={onVoid} />}
    </VirtualList>
  );
}

function Row({ sale, onVoid }: { sale: Sale; onVoid: (sale: Sale) => void }) {
  const { t } = useTranslation();
  const { isOperator } = useOffice();
  return (
    <article className={`${style.row} ${style.sale}`} data-screen-only>
      <span className={style.pin}>{sale.serial}</span>
      <CodeMark state={sale.state} />
      <IsoTime iso={sale.at} />
      <span className={style.name}>
        <bdi>{sale.product}</bdi>
        {isOperator && (
          <span className={style.notice}>
            <bdi>{sale.reseller}</bdi>
          </span>
        )}
      </span>
      <span className={style.name}>
        {sale.pin && <span className={style.pin}>{sale.pin}</span>}
        {sale.used && (
          <span className={style.notice}>
            <IsoTime iso={sale.used} />
          </span>
        )}
      </span>
      <span className={style.amount}>{grouped(sale.price)}</span>
      <span>
        {sale.state === 'unused' && (
          <Button size="compact-xs" aria-label={`${t('codes.void')}: ${sale.serial}`} onClick={() => onVoid(sale)}>
            {t('codes.void')}
          </Button>
        )}
      </span>
    </article>
  );
}

function VoidDialog({ what, onClose }: { what: Sale | 'batch' | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { client, at } = useOffice();
  const tell = useTell();
  const isBatch = what === 'batch';
  const serial = what && !isBatch ? what.serial : '';
  const why = { name: 'why', label: t('licence.why'), hint: t('licence.whyHint') };
  const number = { name: 'batch', label: t('codes.batch'), hint: t('codes.batchHint'), kind: 'number' as const };
  return (
    <FormDialog
      key={serial}
      opened={what !== null}
      onClose={onClose}
      title={t(isBatch ? 'codes.voidBatch' : 'codes.void')}
      lead={isBatch ? t('codes.voidBatchLead') : t('codes.voidLead', { serial })}
      fields={isBatch ? [number, why] : [why]}
      confirm={t('codes.void')}
      run={({ batch, why: reason }) =>
        client.post<Voided>(`${at('sales')}/${encodeURIComponent(batch?.trim() || serial)}/void`, { why: reason })
      }
      onDone={({ serials }) => tell.said(t('codes.voided', { count: serials.length }))}
    />
  );
}

/** What is missing before there can be a code. */
function Nothing() {
  const { t } = useTranslation();
  const office = useOffice();
  const sold = useQuery(products(office));
  const sellers = useQuery(resellers(office));
  if (sold.data?.length === 0) {
    return (
      <EmptyState icon={IconTag} title={t('codes.noProducts')}>
        <p>{t('codes.noProductsHint')}</p>
        {office.isOperator && <LinkButton to="/products">{t('products.add')}</LinkButton>}
      </EmptyState>
    );
  }
  if (sellers.data?.length === 0) {
    return (
      <EmptyState icon={IconUsers} title={t('codes.noResellers')}>
        <p>{t('codes.noResellersHint')}</p>
        <LinkButton to="/resellers">{t('resellers.add')}</LinkButton>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconQrcode} title={t('codes.none')}>
      <p>{t('codes.noneHint')}</p>
    </EmptyState>
  );
}
