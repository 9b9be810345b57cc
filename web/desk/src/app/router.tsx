import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';

import { nextParams } from '~/frame/params';
import { createRoot, ROUTING } from '~/frame/router';

import { Desk } from './Desk';
import { auditParams, compareParams, conversationParams, findParams, searchParams } from './params';

const root = createRoot();

/** Everything that needs a login. */
const desk = createRoute({ getParentRoute: () => root, id: 'desk', component: Desk });

const overview = createRoute({
  getParentRoute: () => desk,
  path: '/',
  component: lazyRouteComponent(() => import('~/pages/overview/OverviewPage'), 'OverviewPage'),
});

const search = createRoute({
  getParentRoute: () => desk,
  path: '/search',
  validateSearch: searchParams,
  component: lazyRouteComponent(() => import('~/pages/search/SearchPage'), 'SearchPage'),
});

const conversations = createRoute({
  getParentRoute: () => desk,
  path: '/conversations',
  validateSearch: findParams,
  component: lazyRouteComponent(() => import('~/pages/conversations/ConversationsPage'), 'ConversationsPage'),
});

const conversation = createRoute({
  getParentRoute: () => desk,
  path: '/conversations/$id',
  validateSearch: conversationParams,
  component: lazyRouteComponent(() => import('~/pages/conversations/ConversationPage'), 'ConversationPage'),
});

const record = createRoute({
  getParentRoute: () => desk,
  path: '/records/$number',
  component: lazyRouteComponent(() => import('~/pages/conversations/RecordPage'), 'RecordPage'),
});

const releases = createRoute({
  getParentRoute: () => desk,
  path: '/releases',
  component: lazyRouteComponent(() => import('~/pages/releases/ReleasesPage'), 'ReleasesPage'),
});

const compare = createRoute({
  getParentRoute: () => desk,
  path: '/releases/compare',
  validateSearch: compareParams,
  component: lazyRouteComponent(() => import('~/pages/releases/ComparePage'), 'ComparePage'),
});

const release = createRoute({
  getParentRoute: () => desk,
  path: '/releases/$number',
  component: lazyRouteComponent(() => import('~/pages/releases/ReleasesPage'), 'ReleasesPage'),
});

const audit = createRoute({
  getParentRoute: () => desk,
  path: '/audit',
  validateSearch: auditParams,
  component: lazyRouteComponent(() => import('~/pages/audit/AuditPage'), 'AuditPage'),
});

const users = createRoute({
  getParentRoute: () => desk,
  path: '/users',
  component: lazyRouteComponent(() => import('~/pages/users/UsersPage'), 'UsersPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nextParams,
  component: lazyRouteComponent(() => import('~/pages/login/SignInPage'), 'SignInPage'),
});

/** The server sends here whoever opens a one-time link a second time. */
const linkUsed = createRoute({
  getParentRoute: () => root,
  path: '/link-used',
  component: lazyRouteComponent(() => import('~/pages/login/LinkUsedPage'), 'LinkUsedPage'),
});

const routes = root.addChildren([
  desk.addChildren([overview, search, conversations, conversation, record, releases, compare, release, audit, users]),
  signIn,
  linkUsed,
]);

export const router = createRouter({ routeTree: routes, ...ROUTING });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
