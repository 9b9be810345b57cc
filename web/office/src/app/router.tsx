import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';

import { NoSuchPage, PageError, PagePending } from '~/app/Fallbacks';
import { nextParams, parseSearch, stringifySearch } from '~/app/params';

import { Frame } from './Frame';
import { codesParams, licencesParams, resellersParams } from './params';

const root = createRootRoute({ component: Outlet, notFoundComponent: NoSuchPage });

/** Everything that needs a login. */
const office = createRoute({ getParentRoute: () => root, id: 'office', component: Frame });

const overview = createRoute({
  getParentRoute: () => office,
  path: '/',
  component: lazyRouteComponent(() => import('@/pages/OverviewPage'), 'OverviewPage'),
});

const licences = createRoute({
  getParentRoute: () => office,
  path: '/licences',
  validateSearch: licencesParams,
  component: lazyRouteComponent(() => import('@/pages/LicencesPage'), 'LicencesPage'),
});

const codes = createRoute({
  getParentRoute: () => office,
  path: '/codes',
  validateSearch: codesParams,
  component: lazyRouteComponent(() => import('@/pages/CodesPage'), 'CodesPage'),
});

const account = createRoute({
  getParentRoute: () => office,
  path: '/account',
  component: lazyRouteComponent(() => import('@/pages/AccountPage'), 'AccountPage'),
});

const resellers = createRoute({
  getParentRoute: () => office,
  path: '/resellers',
  validateSearch: resellersParams,
  component: lazyRouteComponent(() => import('@/pages/ResellersPage'), 'ResellersPage'),
});

const products = createRoute({
  getParentRoute: () => office,
  path: '/products',
  component: lazyRouteComponent(() => import('@/pages/ProductsPage'), 'ProductsPage'),
});

const ledger = createRoute({
  getParentRoute: () => office,
  path: '/ledger',
  component: lazyRouteComponent(() => import('@/pages/LedgerPage'), 'LedgerPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nextParams,
  component: lazyRouteComponent(() => import('@/pages/SignInPage'), 'SignInPage'),
});

/** The server sends here whoever opens a one-time link a second time. */
const linkUsed = createRoute({
  getParentRoute: () => root,
  path: '/link-used',
  component: lazyRouteComponent(() => import('@/pages/LinkUsedPage'), 'LinkUsedPage'),
});

const routes = root.addChildren([
  office.addChildren([overview, licences, codes, account, resellers, products, ledger]),
  signIn,
  linkUsed,
]);

export const router = createRouter({
  routeTree: routes,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  defaultPendingComponent: PagePending,
  defaultPendingMs: 200,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
