import { useTranslation } from 'react-i18next';

import table from '~/pages/releases/Releases.module.css';

import type { Balance } from '@/api/types';
import { grouped } from '@/logic/money';

/** What is owed, by reseller and currency; a reseller's own needs no name. */
export function Balances({ list, named }: { list: readonly Balance[]; named: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={t('overview.balances')}>
      <table className={table.table}>
        <thead>
          <tr>
            {named && <th>{t('balance.reseller')}</th>}
            <th data-number>{t('balance.issued')}</th>
            <th data-number>{t('balance.voided')}</th>
            <th data-number>{t('balance.paid')}</th>
            <th data-number>{t('balance.due')}</th>
          </tr>
        </thead>
        <tbody>
          {list.map((one) => (
            <tr key={`${one.reseller} ${one.due.slice(-3)}`}>
              {named && (
                <td>
                  <bdi>{one.reseller}</bdi>
                </td>
              )}
              <td data-number>{grouped(one.issued)}</td>
              <td data-number>{grouped(one.voided)}</td>
              <td data-number>{grouped(one.paid)}</td>
              <td data-number>
                <strong>{grouped(one.due)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
