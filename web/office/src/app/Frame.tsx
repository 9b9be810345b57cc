import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { Client, NOBODY } from '~/api/client';
import { isLoggedOut } from '~/api/errors';
import desk from '~/app/Desk.module.css';
import { KeysHelp } from '~/app/KeysHelp';
import { Mark } from '~/app/Mark';
import { useLightPaper } from '~/app/printing';
import rail from '~/app/Rail.module.css';
import top from '~/app/TopLine.module.css';
import { useKeys } from '~/keys/keys';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import { SESSION_KEY } from '@/api/queries';
import type { Session } from '@/api/types';

import style from './Frame.module.css';
import { OfficeProvider, useOffice } from './office';
import { pagesOf } from './pages';
import { UserMenu } from './UserMenu';

/** Leads to the login once, and names the page to come back to. */
function ToSignIn() {
  const router = useRouter();
  useEffect(() => {
    void router.navigate({ to: '/sign-in', search: { next: router.state.location.href }, replace: true });
  }, [router]);
  return null;
}

/** The frame of every page behind the login. */
export function Frame() {
  useLightPaper();
  const session = useQuery({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => new Client(NOBODY).get<Session>('/api/session', {}, signal),
    staleTime: 60_000,
    // Only when somebody comes back to the page: asking by itself would keep a session alive that nobody uses.
    refetchOnWindowFocus: true,
  });
  const data = useMemo(() => session.data, [session.data]);
  if (isLoggedOut(session.error)) return <ToSignIn />;
  if (session.error && !data) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
  return (
    <div className={`${desk.desk} ${style.frame}`}>
      {data ? (
        <OfficeProvider key={`${data.part} ${data.user}`} session={data}>
          <Rail />
          <TopLine />
          <main className={desk.page} id="page" tabIndex={-1}>
            <Outlet />
          </main>
          <KeysHelp />
        </OfficeProvider>
      ) : (
        <>
          <div className={desk.railBone} />
          <div className={desk.topBone} />
          <main className={desk.page}>
            <div style={{ padding: 32 }}>
              <CardSkeletons />
            </div>
          </main>
        </>
      )}
    </div>
  );
}

function Rail() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { session } = useOffice();
  const pages = pagesOf(session.part);
  useKeys(
    pages.map(({ key, name, to }) => ({
      keys: `g ${key}`,
      words: t('keys.go', { page: t(`pages.${name}`) }),
      group: 'pages',
      run: () => void navigate({ to }),
    })),
  );
  return (
    <nav className={`${rail.rail} ${style.rail}`} aria-label={t('pages.label')} data-screen-only>
      <a href="#page" className={rail.skip}>
        {t('skip')}
      </a>
      <Link to="/" className={rail.mark} aria-label={t('officeName')}>
        <Mark size={30} />
      </Link>
      {pages.map(({ to, name, icon: Icon, key }) => (
        <Link
          key={name}
          to={to}
          className={rail.page}
          activeProps={{ 'data-active': true, 'aria-current': 'page' }}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          title={`${t(`pages.${name}`)} (g ${key})`}
        >
          <Icon size={21} stroke={1.6} aria-hidden />
          {t(`pages.${name}`)}
        </Link>
      ))}
    </nav>
  );
}

function TopLine() {
  const { t } = useTranslation();
  const { session } = useOffice();
  return (
    <header className={top.top} data-screen-only>
      <span className={style.name}>
        {t('officeName')} <bdi>{session.network}</bdi>
      </span>
      <span className={top.space} />
      <span className={style.who}>
        <bdi>{session.user || t('user.nameless')}</bdi>
      </span>
      <UserMenu />
    </header>
  );
}
