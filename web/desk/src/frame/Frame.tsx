import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo } from 'react';

import { isLoggedOut } from '~/api/errors';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import style from './Frame.module.css';
import { useLightPaper } from './printing';
import { session } from './session';

/** Leads to the login once, and names the page to come back to. */
function ToSignIn() {
  const router = useRouter();
  useEffect(() => {
    void router.navigate({ to: '/sign-in', search: { next: router.state.location.href }, replace: true });
  }, [router]);
  return null;
}

interface Props<S> {
  /** What an application lays out otherwise. */
  className?: string;
  /** What stands in the frame for whoever is logged in: rail, top line, `Page`, and what else is everywhere. */
  children: (session: S) => ReactNode;
}

/** The frame of every page behind the login. */
export function Frame<S>({ className, children }: Props<S>) {
  useLightPaper();
  const answer = useQuery(session<S>());
  // The server answers with a new object each time; what stands inside is built anew only when something in it changed.
  const data = useMemo(() => answer.data, [answer.data]);
  if (isLoggedOut(answer.error)) return <ToSignIn />;
  if (answer.error && !data) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  return (
    <div className={`${style.frame} ${className ?? ''}`}>
      {data ? (
        children(data)
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

/** Where the page stands that was asked for. */
export function Page() {
  return (
    <main className={style.page} id="page" tabIndex={-1}>
      <Outlet />
    </main>
  );
}
