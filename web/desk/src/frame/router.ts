import { createRootRoute, Outlet } from '@tanstack/react-router';

import { NoSuchPage, PageError, PagePending } from './Fallbacks';
import { parseSearch, stringifySearch } from './params';

/** The root of all pages, with and without a login. */
export const createRoot = () => createRootRoute({ component: Outlet, notFoundComponent: NoSuchPage });

/** How every router of ours reads addresses, fetches ahead, and says that a page is on its way or broken. */
export const ROUTING = {
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  defaultPendingComponent: PagePending,
  defaultPendingMs: 200,
} as const;
