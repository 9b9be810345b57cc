import { ActionIcon, Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconDots, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import table from '~/pages/releases/Releases.module.css';
import { PageFrame } from '~/parts/PageFrame';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';

import { balances, resellers } from '@/api/queries';
import type { Balance, Reseller } from '@/api/types';
import { useOffice } from '@/app/office';
import { grouped, sums } from '@/logic/money';

import { NewReseller, ResellerActs, type ResellerAct } from './ResellerDialogs';
import { ResellerAccount } from './AccountPage';
import style from './Resellers.module.css';

const route = getRouteApi('/office/resellers');

/** Who sells, how many codes they hold, and what they owe. */
export function ResellersPage() {
  const { t } = useTranslation();
  const office = useOffice();
  const answer = useQuery(resellers(office));
  const owed = useQuery(balances(office));
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const [adding, setAdding] = useState(false);
  const [acting, setActing] = useState<{ act: ResellerAct; reseller: Reseller } | null>(null);
  return (
    <PageFrame
      title={t('pages.resellers')}
      lead={t('resellers.lead')}
      actions={
        <Button variant="filled" size="sm" leftSection={<IconUserPlus size={16} />} onClick={() => setAdding(true)}>
          {t('resellers.add')}
        </Button>
      }
    >
      {answer.isPending && <RowSkeletons count={4} />}
      {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.length === 0 && (
        <EmptyState icon={IconUsers} title={t('resellers.none')}>
          <p>{t('resellers.noneHint')}</p>
        </EmptyState>
      )}
      {answer.data && answer.data.length > 0 && (
        <Table
          list={answer.data}
          owed={owed.data?.balances ?? []}
          onAct={(act, reseller) =>
            act === 'account' ? void navigate({ search: { account: reseller.name } }) : setActing({ act, reseller })
          }
        />
      )}
      <NewReseller opened={adding} onClose={() => setAdding(false)} />
      <ResellerActs acting={acting} onClose={() => setActing(null)} />
      <ResellerAccount name={account} onClose={() => void navigate({ search: {} })} />
    </PageFrame>
  );
}

interface TableProps {
  list: readonly Reseller[];
  owed: readonly Balance[];
  onAct: (act: ResellerAct, reseller: Reseller) => void;
}

function Table({ list, owed, onAct }: TableProps) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={t('pages.resellers')}>
      <table className={`${table.table} ${style.table}`}>
        <thead>
          <tr>
            <th>{t('resellers.name')}</th>
            <th data-number>{t('resellers.unused')}</th>
            <th data-number>{t('resellers.quota')}</th>
            <th data-number>{t('resellers.due')}</th>
            <th>{t('resellers.state')}</th>
            <th>{t('resellers.actions')}</th>
          </tr>
        </thead>
        <tbody>
          {list.map((each) => (
            <Row
              key={each.name}
              reseller={each}
              due={sums(owed.filter(({ reseller }) => reseller === each.name).map(({ due }) => due))}
              onAct={(act) => onAct(act, each)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  reseller: Reseller;
  due: readonly string[];
  onAct: (act: ResellerAct) => void;
}

function Row({ reseller, due, onAct }: RowProps) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const acts: readonly ResellerAct[] = ['setQuota', 'setPassword', reseller.disabled ? 'enable' : 'disable'];
  return (
    <tr>
      <td className={style.name}>
        <bdi>{reseller.name}</bdi>
      </td>
      <td data-number>{number.format(reseller.unused)}</td>
      <td data-number>{number.format(reseller.quota)}</td>
      <td data-number>
        {due.map((amount) => (
          <span key={amount.slice(-3)} className={style.amount}>
            {grouped(amount)}
          </span>
        ))}
      </td>
      <td>{t(reseller.disabled ? 'resellers.disabled' : 'resellers.active')}</td>
      <td>
        <span className={style.acts}>
          <Button size="compact-xs" onClick={() => onAct('account')}>
            {t('resellers.account')}
          </Button>
          <Button size="compact-xs" onClick={() => onAct('pay')}>
            {t('resellers.pay')}
          </Button>
          <Menu>
            <Menu.Target>
              <ActionIcon size="sm" aria-label={t('resellers.more', { name: reseller.name })}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {acts.map((act) => (
                <Menu.Item key={act} onClick={() => onAct(act)}>
                  {t(`resellers.${act}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </span>
      </td>
    </tr>
  );
}
