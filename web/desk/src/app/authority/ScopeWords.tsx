import { useTranslation } from 'react-i18next';

import type { AuthoritySummary } from '~/api/types';

import style from './Authority.module.css';

/** Who gave an authority, and what it allows to be seen, in words. */
export function ScopeWords({ authority }: { authority: AuthoritySummary }) {
  const { t } = useTranslation();
  const { accounts, rooms, start, end } = authority;
  const period =
    start === null && end === null
      ? t('authority.always')
      : t('authority.period', { start: start ?? t('authority.open'), end: end ?? t('authority.open') });
  return (
    <span className={style.scope}>
      <span>
        {authority.magistrate} · {authority.legal_basis}
      </span>
      <span>
        {[
          accounts === null ? t('authority.allAccounts') : t('count.accounts', { count: accounts }),
          rooms === null ? t('authority.allRooms') : t('count.rooms', { count: rooms }),
          period,
        ].join(' · ')}
      </span>
      <span>{t('authority.validity', { from: authority.valid_from, to: authority.valid_to })}</span>
    </span>
  );
}
