import { queryOptions } from '@tanstack/react-query';

import { Client, NOBODY } from '~/api/client';

export const SESSION_KEY = ['session'] as const;

/** Who is logged in; the server answers with a new object each time. */
export const session = <S>() =>
  queryOptions({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => new Client(NOBODY).get<S>('/api/session', {}, signal),
    staleTime: 60_000,
    // Only when somebody comes back to the page: asking by itself would keep a session alive that nobody uses.
    refetchOnWindowFocus: true,
  });
