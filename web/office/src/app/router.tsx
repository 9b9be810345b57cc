import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';

import { nextParams } from '~/frame/params';
import { createRoot, ROUTING } from '~/frame/router';

import { Frame } from './Frame';
import { codesParams, licencesParams, loginsParams, resellersParams } from './params';

const root = createRoot();

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

const logins = createRoute({
  getParentRoute: () => office,
  path: '/logins',
  validateSearch: loginsParams,
  component: lazyRouteComponent(() => import('@/pages/LoginsPage'), 'LoginsPage'),
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
  office.addChildren([overview, licences, codes, account, resellers, products, logins, ledger]),
  signIn,
  linkUsed,
]);

export const router = createRouter({ routeTree: routes, ...ROUTING });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
