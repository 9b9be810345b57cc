import { IconCheck, IconScale } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { useDesk } from '../session';
import style from './Authority.module.css';
import { useAuthorityChoice } from './AuthorityProvider';
import { ScopeWords } from './ScopeWords';

/** The authorities of the workspace; those that cannot be used now say why. */
export function AuthorityList({ onPicked }: { onPicked?: () => void }) {
  const { t } = useTranslation();
  const { session, authority: chosen } = useDesk();
  const { pick } = useAuthorityChoice();
  return (
    <div className={style.list} role="radiogroup" aria-label={t('authority.choose')}>
      {session.authorities.map((authority) => (
        <button
          key={authority.number}
          type="button"
          role="radio"
          className={style.choice}
          aria-checked={authority.number === chosen?.number}
          disabled={authority.state !== 'valid'}
          onClick={() => {
            onPicked?.();
            pick(authority);
          }}
        >
          {authority.number === chosen?.number ? (
            <IconCheck size={16} aria-hidden />
          ) : (
            <IconScale size={16} aria-hidden />
          )}
          <span>
            <span className={style.title}>
              <strong>{authority.number}</strong>
              {authority.state !== 'valid' && <span className={style.state}>{t(`authority.${authority.state}`)}</span>}
            </span>
            <ScopeWords authority={authority} />
          </span>
        </button>
      ))}
    </div>
  );
}
