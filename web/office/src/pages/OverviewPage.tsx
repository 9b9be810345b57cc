import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconCalculator, IconQrcode } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { useTell } from '~/frame/useTell';
import sums from '~/pages/overview/Overview.module.css';
import table from '~/pages/releases/Releases.module.css';
import { LinkButton } from '~/parts/LinkButton';
import { PageFrame, Section } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { CardSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';

import { overview } from '@/api/queries';
import { LICENCE_STATES, type Overview, type Recount } from '@/api/types';
import { useOffice } from '@/app/office';
import { grouped, sums as added } from '@/logic/money';
import { Balances } from '@/parts/Balances';
import { LicenceMark } from '@/parts/StateMark';

import style from './Overview.module.css';

/** How things stand: licences by state, what ends soon, what was sold, what is owed. */
export function OverviewPage() {
  const { t } = useTranslation();
  const office = useOffice();
  const answer = useQuery(overview(office));
  const data = answer.data;
  return (
    <PageFrame
      title={t('pages.overview')}
      lead={data && <AsOf at={data.at} />}
      actions={
        <LinkButton to="/codes" variant="filled" size="sm" leftSection={<IconQrcode size={16} />}>
          {t('overview.issue')}
        </LinkButton>
      }
    >
      {answer.isPending && (
        <Pending queryKey={overview(office).queryKey} answer={answer}>
          <CardSkeletons />
        </Pending>
      )}
      {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {data && <Sums data={data} />}
      {data && (isNew(data) ? <Beginning /> : <Details data={data} />)}
    </PageFrame>
  );
}

const isNew = (data: Overview): boolean => Object.values(data.codes).every((count) => count === 0);

function AsOf({ at }: { at: string }) {
  const { t } = useTranslation();
  return t('overview.lead', { at: at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC') });
}

function Sums({ data }: { data: Overview }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const due = added(data.balances.map((one) => one.due));
  const unused = data.codes.unused ?? 0;
  return (
    <dl className={sums.sums}>
      <div>
        <dt>{t('overview.active')}</dt>
        <dd>
          <Link to="/licences" search={{ state: 'active' }}>
            {number.format(data.licences.active ?? 0)}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t('overview.ending')}</dt>
        <dd>
          <Link to="/licences" search={{ state: 'active', order: 'soonest' }}>
            {number.format(data.ending)}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t('overview.unused')}</dt>
        <dd>{data.reseller ? t('overview.quota', { unused, quota: data.reseller.quota }) : number.format(unused)}</dd>
      </div>
      <div>
        <dt>{t('overview.due')}</dt>
        <dd className={style.due}>
          {due.length === 0
            ? t('overview.nothingDue')
            : due.map((amount) => <span key={amount.slice(-3)}>{grouped(amount)}</span>)}
        </dd>
      </div>
    </dl>
  );
}

function Beginning() {
  const { t } = useTranslation();
  const { isOperator } = useOffice();
  return (
    <EmptyState icon={IconQrcode} title={t('overview.none')}>
      <p>{t(isOperator ? 'overview.noneOperator' : 'overview.noneReseller')}</p>
      <LinkButton to={isOperator ? '/products' : '/codes'}>
        {t(isOperator ? 'products.add' : 'overview.issue')}
      </LinkButton>
    </EmptyState>
  );
}

function Details({ data }: { data: Overview }) {
  const { t } = useTranslation();
  const { isOperator } = useOffice();
  return (
    <>
      <div className={sums.columns}>
        <Section title={t('overview.byState')}>
          <ByState data={data} />
        </Section>
        <Section title={t('overview.months')} note={t('overview.monthsNote')}>
          <Months data={data} />
        </Section>
      </div>
      <Section title={t('overview.balances')} note={t('overview.balancesNote', { entries: data.entries })}>
        {data.balances.length > 0 ? <Balances list={data.balances} named={isOperator} /> : <p>{t('balance.none')}</p>}
        {isOperator && <CountAgain />}
      </Section>
    </>
  );
}

function ByState({ data }: { data: Overview }) {
  const { i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <ul className={style.states}>
      {LICENCE_STATES.map((state) => (
        <li key={state}>
          <Link to="/licences" search={{ state }} className={style.state}>
            <LicenceMark state={state} />
            <span>{number.format(data.licences[state] ?? 0)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Months({ data }: { data: Overview }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const most = Math.max(1, ...data.months.map((month) => month.codes));
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={t('overview.months')}>
      <table className={`${table.table} ${style.months}`}>
        <thead>
          <tr>
            <th>{t('overview.month')}</th>
            <th data-number>{t('overview.sold')}</th>
            <th aria-hidden />
            <th data-number>{t('overview.price')}</th>
          </tr>
        </thead>
        <tbody>
          {data.months.map((month) => (
            <tr key={`${month.month} ${month.price.slice(-3)}`}>
              <td>{month.month}</td>
              <td data-number>{number.format(month.codes)}</td>
              <td aria-hidden>
                <span className={style.bar} style={{ width: `${(100 * month.codes) / most}%` }} />
              </td>
              <td data-number>{grouped(month.price)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The balances once more, out of the signed ledger alone. */
function CountAgain() {
  const { t } = useTranslation();
  const { client } = useOffice();
  const tell = useTell();
  const count = useMutation({
    mutationFn: () => client.post<Recount>('/api/balances/recount'),
    onError: tell.failed,
  });
  return (
    <div className={style.again}>
      <Button leftSection={<IconCalculator size={15} />} loading={count.isPending} onClick={() => count.mutate()}>
        {t('overview.ledgerCheck')}
      </Button>
      <p role="status" data-ok={count.data?.ok}>
        {count.data &&
          (count.data.ok ? t('overview.recounted', { last: count.data.entries - 1 }) : t('overview.recountedBad'))}
      </p>
    </div>
  );
}
