import { useTranslation } from 'react-i18next';

import { Frame as Around, Page } from '~/frame/Frame';
import { KeysHelp } from '~/frame/KeysHelp';
import { Rail } from '~/frame/Rail';
import top from '~/frame/TopLine.module.css';
import { UserMenu } from '~/frame/UserMenu';

import type { Session } from '@/api/types';

import style from './Frame.module.css';
import { OfficeProvider, useOffice } from './office';
import { pagesOf } from './pages';

/** What stands around every page behind the login. */
export function Frame() {
  const { t } = useTranslation();
  return (
    <Around<Session> className={style.frame}>
      {(session) => (
        <OfficeProvider key={`${session.part} ${session.user}`} session={session}>
          <Rail
            className={style.rail}
            name={t('officeName')}
            label={t('pages.label')}
            pages={pagesOf(session.part).map((page) => ({ ...page, label: t(`pages.${page.name}`) }))}
          />
          <TopLine />
          <Page />
          <KeysHelp />
        </OfficeProvider>
      )}
    </Around>
  );
}

function TopLine() {
  const { t } = useTranslation();
  const { session, client } = useOffice();
  const user = session.user || t('user.nameless');
  return (
    <header className={top.top} data-screen-only>
      <span className={style.name}>
        {t('officeName')} <bdi>{session.network}</bdi>
      </span>
      <span className={top.space} />
      <span className={style.who}>
        <bdi>{user}</bdi>
      </span>
      <UserMenu
        client={client}
        label={t('user.menu', { user })}
        who={
          <>
            <bdi>{user}</bdi> · {t(`user.${session.part}`)}
          </>
        }
        hasPassword={session.user !== ''}
      />
    </header>
  );
}
