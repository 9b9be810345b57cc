import '~/theme/styles';

import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type AnyRouter, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { isLoggedOut, mayRetry } from '~/api/errors';
import { KeysProvider } from '~/keys/keys';
import { resolver, theme } from '~/theme/theme';

import { SESSION_KEY } from './session';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// Where style sheets made at run time by other libraries (scroll locks of dialogs) look for the nonce.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== SESSION_KEY[0] && leave(error) }),
  mutationCache: new MutationCache({ onError: (error) => leave(error) }),
  defaultOptions: {
    // The server is on this machine: a browser that believes itself offline, as on a machine without a network, asks too.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      retry: (failures, error) => failures < 1 && mayRetry(error),
      retryDelay: 500,
      staleTime: 30_000,
      refetchOnWindowFocus: false,
    },
  },
});

/** A session that ended while one was reading: the gate asks again, and leads to the login. */
function leave(error: unknown): void {
  if (isLoggedOut(error)) void queries.resetQueries({ queryKey: SESSION_KEY });
}

/** Shows an application in the page that the server sent. */
export function start(router: AnyRouter): void {
  const place = document.getElementById('root');
  if (!place) throw new Error('index.html has no #root');
  createRoot(place).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={resolver}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queries}>
          <KeysProvider>
            <Notifications position="bottom-right" limit={3} />
            <RouterProvider router={router} />
          </KeysProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
