import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

import { Client } from '~/api/client';
import type { AuthoritySummary, Session } from '~/api/types';
import { SESSION_KEY } from '~/frame/session';

/** Under which authority, and why, one acts. */
interface Choice {
  number: string;
  purpose: string;
}

interface Desk {
  session: Session;
  client: Client;
  /** The chosen authority, null until one is chosen or when it is no longer offered. */
  authority: AuthoritySummary | null;
  purpose: string;
  /** The release that is read; it stays the same until one asks for a newer one. */
  release: number | null;
  /** A release that was made since, null when there is none. */
  newer: number | null;
  showNewest: () => void;
  /** The purpose that was given last for an authority, "" when it was never chosen. */
  purposeFor: (number: string) => string;
  choose: (choice: Choice | null) => void;
  /** Grows when what may be seen has changed under one's eyes: the page is built anew then. */
  sight: number;
  /** Forget all that was fetched: something was withheld, or given back. */
  renew: () => void;
}

const DeskContext = createContext<Desk | null>(null);

/** Who is logged in, under what they act, and the client that says so with every request. */
export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (!desk) throw new Error('useDesk stands outside DeskProvider');
  return desk;
}

interface Kept {
  chosen: string | null;
  purposes: Record<string, string>;
}

const place = (session: Session): string => `underseal:${session.workspace}:${session.user}`;

function recall(session: Session): Kept {
  try {
    const text = localStorage.getItem(place(session));
    const kept = text ? (JSON.parse(text) as Partial<Kept>) : {};
    return { chosen: kept.chosen ?? null, purposes: kept.purposes ?? {} };
  } catch {
    // Storage is switched off or was written by something else: nothing is remembered.
    return { chosen: null, purposes: {} };
  }
}

function keep(session: Session, kept: Kept): void {
  try {
    localStorage.setItem(place(session), JSON.stringify(kept));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function DeskProvider({ session, children }: { session: Session; children: ReactNode }) {
  const [kept, setKept] = useState<Kept>(() => recall(session));
  const [release, setRelease] = useState(session.release);
  const [sight, setSight] = useState(0);
  const cache = useQueryClient();

  const choose = useCallback(
    (choice: Choice | null) => {
      setKept((old) => {
        const purposes = choice ? { ...old.purposes, [choice.number]: choice.purpose } : old.purposes;
        const next = { chosen: choice?.number ?? null, purposes };
        keep(session, next);
        return next;
      });
    },
    [session],
  );

  const desk = useMemo<Desk>(() => {
    const found = session.authorities.find(({ number, state }) => number === kept.chosen && state === 'valid');
    const authority = found ?? null;
    const purpose = authority ? (kept.purposes[authority.number] ?? '') : '';
    return {
      session,
      authority,
      purpose,
      release,
      newer: session.release !== null && session.release !== release ? session.release : null,
      showNewest: () => setRelease(session.release),
      purposeFor: (number) => kept.purposes[number] ?? '',
      client: new Client({ csrf: session.csrf, authority: authority?.number ?? null, purpose, release }),
      choose,
      sight,
      renew: () => {
        cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
        setSight((old) => old + 1);
      },
    };
  }, [session, kept, choose, release, sight, cache]);

  return <DeskContext value={desk}>{children}</DeskContext>;
}
