import { useTranslation } from 'react-i18next';

import { UserMenu as Menu } from '~/frame/UserMenu';

import { useDesk } from './session';

export function UserMenu() {
  const { t } = useTranslation();
  const { session, client } = useDesk();
  return (
    <Menu
      client={client}
      label={t('user.menu', { user: session.user })}
      who={
        <>
          {session.user} · {t(`role.${session.role}`)}
          <br />
          {session.workspace}
        </>
      }
      hasPassword={!session.single_user}
    />
  );
}
