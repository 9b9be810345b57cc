import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';

import { Client, NOBODY } from '~/api/client';
import { isLoggedOut } from '~/api/errors';
import { SESSION_KEY } from '~/api/queries';
import type { Session } from '~/api/types';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import { AuthorityProvider } from './authority/AuthorityProvider';
import style from './Desk.module.css';
import { KeysHelp } from './KeysHelp';
import { Palette } from './Palette';
import { useLightPaper } from './printing';
import { Rail } from './Rail';
import { DeskProvider } from './session';
import { TopLine } from './TopLine';

/** Leads to the login once, and names the page to come back to. */
function ToSignIn() {
  const router = useRouter();
  useEffect(() => {
    void router.navigate({ to: '/sign-in', search: { next: router.state.location.href }, replace: true });
  }, [router]);
  return null;
}

/** The frame of every page behind the login. */
export function Desk() {
  useLightPaper();
  const session = useQuery({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => new Client(NOBODY).get<Session>('/api/session', {}, signal),
    staleTime: 60_000,
    // Only when somebody comes back to the page: asking by itself would keep a session alive that nobody uses.
    refetchOnWindowFocus: true,
  });
  // The server answers with a new object each time; the desk is built anew only when something in it changed.
  const data = useMemo(() => session.data, [session.data]);
  if (isLoggedOut(session.error)) return <ToSignIn />;
  if (session.error && !data) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
  return (
    <div className={style.desk}>
      {data ? (
        <DeskProvider key={`${data.workspace} ${data.user}`} session={data}>
          <AuthorityProvider>
            <Rail />
            <TopLine />
            <main className={style.page} id="page" tabIndex={-1}>
              <Outlet />
            </main>
            <Palette />
            <KeysHelp />
          </AuthorityProvider>
        </DeskProvider>
      ) : (
        <>
          <div className={style.railBone} />
          <div className={style.topBone} />
          <main className={style.page}>
            <div style={{ padding: 32 }}>
              <CardSkeletons />
            </div>
          </main>
        </>
      )}
    </div>
  );
}
