import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { isLoggedOut, isNotFound } from '~/api/errors';
import { conversationPage, type LineFilter, type Start } from '~/api/queries';
import type { ConversationPage } from '~/api/types';
import { useDesk } from '~/app/session';
import { SESSION_KEY } from '~/frame/session';
import { append, cursorAfter, cursorBefore, linesOf, PAGE_LINES, prepend, type Stretch } from '~/logic/window';

/** Where the page is to stand once a stretch was opened. */
export interface Place {
  start: Start;
  /** Grows with every opening, so that the same place can be gone to twice. */
  serial: number;
}

type Busy = 'open' | 'before' | 'after' | null;

/**
 * The part of a conversation that is held, and how it grows.
 *
 * @param hold runs a change of the lines so that what one reads stays where it is.
 */
export function useStretch(id: string, filter: LineFilter, hold: (change: () => void) => void) {
  const { client } = useDesk();
  const cache = useQueryClient();
  const [stretch, setStretch] = useState<Stretch>([]);
  const [place, setPlace] = useState<Place | null>(null);
  const [busy, setBusy] = useState<Busy>('open');
  const [error, setError] = useState<unknown>(null);
  const work = useRef<AbortController | null>(null);
  const wanted = useRef<Start>({ end: true });

  const fetchPage = useCallback(
    async (kind: Busy, start: Start, take: (page: ConversationPage) => void) => {
      work.current?.abort();
      const mine = new AbortController();
      work.current = mine;
      setBusy(kind);
      setError(null);
      try {
        const read = (from: Start) => conversationPage(client, id, from, filter, PAGE_LINES, mine.signal);
        const page = await read(start).catch((caught: unknown) => {
          if ('resume' in start && isNotFound(caught)) return read({ end: true });
          throw caught;
        });
        if (!mine.signal.aborted) take(page);
      } catch (caught) {
        if (mine.signal.aborted) return;
        setError(caught);
        if (isLoggedOut(caught)) void cache.resetQueries({ queryKey: SESSION_KEY });
      } finally {
        if (work.current === mine) {
          work.current = null;
          setBusy(null);
        }
      }
    },
    [cache, client, id, filter],
  );

  const open = useCallback(
    (start: Start) => {
      wanted.current = start;
      return fetchPage('open', start, (page) => {
        setStretch([page]);
        setPlace((old) => ({ start, serial: (old?.serial ?? 0) + 1 }));
      });
    },
    [fetchPage],
  );

  /** Fetch what comes before or after, unless something is under way or there is nothing more. */
  const grow = useCallback(
    (kind: 'before' | 'after') => {
      const cursor = kind === 'before' ? cursorBefore(stretch) : cursorAfter(stretch);
      if (cursor === null || work.current !== null) return;
      const start: Start = kind === 'before' ? { before: cursor } : { after: cursor };
      const put = kind === 'before' ? prepend : append;
      void fetchPage(kind, start, (page) => hold(() => setStretch((old) => put(old, page))));
    },
    [fetchPage, hold, stretch],
  );

  useEffect(() => () => work.current?.abort(), []);

  const lines = useMemo(() => linesOf(stretch), [stretch]);
  return {
    lines,
    place,
    busy,
    error,
    open,
    grow,
    retry: () => void open(wanted.current),
    atBeginning: stretch.length > 0 && cursorBefore(stretch) === null,
    atEnd: stretch.length > 0 && cursorAfter(stretch) === null,
  };
}
