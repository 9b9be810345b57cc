import { useTranslation } from 'react-i18next';

import type { Session } from '~/api/types';
import { Frame, Page } from '~/frame/Frame';
import { KeysHelp } from '~/frame/KeysHelp';
import { Rail } from '~/frame/Rail';

import { AuthorityProvider } from './authority/AuthorityProvider';
import { Palette } from './Palette';
import { pagesOf } from './pages';
import { DeskProvider, useDesk } from './session';
import { TopLine } from './TopLine';

/** The page, built anew when what may be seen has changed. */
function DeskPage() {
  const { sight } = useDesk();
  return <Page key={sight} />;
}

/** What stands around every page behind the login. */
export function Desk() {
  const { t } = useTranslation();
  return (
    <Frame<Session>>
      {(session) => (
        <DeskProvider key={`${session.workspace} ${session.user}`} session={session}>
          <AuthorityProvider>
            <Rail
              name={t('name')}
              label={t('pages.label')}
              pages={pagesOf(session).map((page) => ({ ...page, label: t(`pages.${page.name}`) }))}
            />
            <TopLine />
            <DeskPage />
            <Palette />
            <KeysHelp />
          </AuthorityProvider>
        </DeskProvider>
      )}
    </Frame>
  );
}
