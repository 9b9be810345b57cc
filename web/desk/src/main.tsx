import './theme/styles';

import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { isLoggedOut, mayRetry } from './api/errors';
import { SESSION_KEY } from './api/queries';
import { router } from './app/router';
import { KeysProvider } from './keys/keys';
import { resolver, theme } from './theme/theme';
import './words';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// Where style sheets made at run time by other libraries (scroll locks of dialogs) look for the nonce.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended while one was reading: the gate asks again and leads to the login.
    onError: (error, query) => {
      if (isLoggedOut(error) && query.queryKey[0] !== SESSION_KEY[0]) {
        void queries.resetQueries({ queryKey: SESSION_KEY });
      }
    },
  }),
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 1 && mayRetry(error),
      retryDelay: 500,
      staleTime: 30_000,
      refetchOnWindowFocus: false,
    },
  },
});

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
