import { IconLockAccess, IconScale } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Command, EmptyState } from '~/parts/States';

import { readsEvidence } from '../pages';
import { useDesk } from '../session';
import style from './Authority.module.css';
import { AuthorityList } from './AuthorityList';

/** Shows `children` under an authority only; else says what is missing and what to do. */
export function NeedsAuthority({ children }: { children: ReactNode }) {
  const { authority, session } = useDesk();
  if (!readsEvidence(session)) return <NotYours />;
  return authority ? children : <NoAuthority />;
}

function NotYours() {
  const { t } = useTranslation();
  return (
    <EmptyState level={1} icon={IconLockAccess} title={t('error.role')}>
      <p>{t('error.roleHint')}</p>
    </EmptyState>
  );
}

function NoAuthority() {
  const { t } = useTranslation();
  const { session } = useDesk();
  const some = session.authorities.some(({ state }) => state === 'valid');
  return (
    <EmptyState level={1} icon={IconScale} title={t(some ? 'authority.chooseTitle' : 'authority.noneTitle')}>
      <p>{t(some ? 'authority.chooseHint' : 'authority.noneHint')}</p>
      {session.authorities.length > 0 && (
        <div className={style.offered}>
          <AuthorityList />
        </div>
      )}
      {!some && <AuthorityCommand />}
    </EmptyState>
  );
}

/** The command that records an authority; every part of its scope is said. */
export function AuthorityCommand() {
  const { t } = useTranslation();
  return <Command text={`underseal authority add ${t('authority.commandOptions')}`} />;
}
