import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';

import { nextParams } from '~/frame/params';
import { createRoot, ROUTING } from '~/frame/router';

import { Desk } from './Desk';
import {
  accountParams,
  accountsParams,
  auditParams,
  compareParams,
  conversationParams,
  discloseParams,
  dossierParams,
  dossiersParams,
  filterParams,
  findParams,
  searchParams,
  threatsParams,
} from './params';

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

const accounts = createRoute({
  getParentRoute: () => desk,
  path: '/accounts',
  validateSearch: accountsParams,
  component: lazyRouteComponent(() => import('~/pages/accounts/AccountsPage'), 'AccountsPage'),
});

const account = createRoute({
  getParentRoute: () => desk,
  path: '/accounts/$account',
  validateSearch: accountParams,
  component: lazyRouteComponent(() => import('~/pages/accounts/AccountPage'), 'AccountPage'),
});

const persons = createRoute({
  getParentRoute: () => desk,
  path: '/persons',
  validateSearch: findParams,
  component: lazyRouteComponent(() => import('~/pages/persons/PersonsPage'), 'PersonsPage'),
});

const person = createRoute({
  getParentRoute: () => desk,
  path: '/persons/$person',
  component: lazyRouteComponent(() => import('~/pages/persons/PersonPage'), 'PersonPage'),
});

const dossiers = createRoute({
  getParentRoute: () => desk,
  path: '/dossiers',
  validateSearch: dossiersParams,
  component: lazyRouteComponent(() => import('~/pages/dossiers/DossiersPage'), 'DossiersPage'),
});

const dossier = createRoute({
  getParentRoute: () => desk,
  path: '/dossiers/$dossier',
  validateSearch: dossierParams,
  component: lazyRouteComponent(() => import('~/pages/dossiers/DossierPage'), 'DossierPage'),
});

const dossierPrint = createRoute({
  getParentRoute: () => desk,
  path: '/dossiers/$dossier/print',
  component: lazyRouteComponent(() => import('~/pages/dossiers/PrintPage'), 'PrintPage'),
});

const exclusions = createRoute({
  getParentRoute: () => desk,
  path: '/exclusions',
  component: lazyRouteComponent(() => import('~/pages/exclusions/ExclusionsPage'), 'ExclusionsPage'),
});

const disclose = createRoute({
  getParentRoute: () => desk,
  path: '/dossiers/$dossier/disclose',
  validateSearch: discloseParams,
  component: lazyRouteComponent(() => import('~/pages/disclosing/DisclosePage'), 'DisclosePage'),
});

const handOver = createRoute({
  getParentRoute: () => desk,
  path: '/dossiers/$dossier/hand-over',
  component: lazyRouteComponent(() => import('~/pages/handover/HandOverPage'), 'HandOverPage'),
});

const threats = createRoute({
  getParentRoute: () => desk,
  path: '/threats',
  validateSearch: threatsParams,
  component: lazyRouteComponent(() => import('~/pages/threats/ThreatsPage'), 'ThreatsPage'),
});

const filter = createRoute({
  getParentRoute: () => desk,
  path: '/filter',
  validateSearch: filterParams,
  component: lazyRouteComponent(() => import('~/pages/filter/FilterPage'), 'FilterPage'),
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
  desk.addChildren([
    overview,
    search,
    conversations,
    conversation,
    record,
    accounts,
    account,
    persons,
    person,
    dossiers,
    dossier,
    dossierPrint,
    exclusions,
    disclose,
    handOver,
    threats,
    filter,
    releases,
    compare,
    release,
    audit,
    users,
  ]),
  signIn,
  linkUsed,
]);

export const router = createRouter({ routeTree: routes, ...ROUTING });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
