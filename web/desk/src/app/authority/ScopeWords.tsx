import { useTranslation } from 'react-i18next';

import type { AuthoritySummary } from '~/api/types';

import { asFound } from '~/parts/asFound';
import { IsoTime } from '~/parts/Moment';

import style from './Authority.module.css';

/** Who gave an authority, and what it allows to be seen, in words. */
export function ScopeWords({ authority }: { authority: AuthoritySummary }) {
  const { t } = useTranslation();
  const { accounts, rooms, start, end } = authority;
  return (
    <span className={style.scope}>
      <span {...asFound}>
        {authority.magistrate} · {authority.legal_basis}
      </span>
      <span>
        {accounts === null ? t('authority.allAccounts') : t('count.accounts', { count: accounts })} ·{' '}
        {rooms === null ? t('authority.allRooms') : t('count.rooms', { count: rooms })} ·{' '}
        {start === null && end === null ? t('authority.always') : t('authority.period')}
      </span>
      {(start !== null || end !== null) && <Span from={start} to={end} />}
      <span>{t('authority.validity')}</span>
      <Span from={authority.valid_from} to={authority.valid_to} />
    </span>
  );
}

function Span({ from, to }: { from: string | null; to: string | null }) {
  const { t } = useTranslation();
  return (
    <span className={style.span}>
      {from === null ? t('authority.open') : <IsoTime iso={from} />} –{' '}
      {to === null ? t('authority.open') : <IsoTime iso={to} />}
    </span>
  );
}
