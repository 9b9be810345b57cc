import {
  IconAddressBook,
  IconAt,
  IconAlertTriangle,
  IconEyeOff,
  IconFolder,
  IconGavel,
  IconHistory,
  IconHome,
  IconMessages,
  IconSearch,
  IconStack2,
  IconUsers,
} from '@tabler/icons-react';

import type { Role, Session } from '~/api/types';

const READERS: readonly Role[] = ['investigator', 'filter', 'magistrate', 'prosecutor'];
const OVERSEERS: readonly Role[] = ['magistrate', 'administrator'];
const ALL: readonly Role[] = ['investigator', 'filter', 'magistrate', 'prosecutor', 'administrator'];

/** The pages of the rail, in order: the key that follows "g", and whose they are. The server decides; this only shows. */
const PAGES = [
  { to: '/', name: 'overview', icon: IconHome, key: 'o', roles: READERS },
  { to: '/search', name: 'search', icon: IconSearch, key: 's', roles: READERS },
  { to: '/conversations', name: 'conversations', icon: IconMessages, key: 'c', roles: READERS },
  { to: '/accounts', name: 'accounts', icon: IconAt, key: 'a', roles: READERS },
  { to: '/persons', name: 'persons', icon: IconAddressBook, key: 'p', roles: READERS },
  { to: '/dossiers', name: 'dossiers', icon: IconFolder, key: 'd', roles: READERS },
  { to: '/threats', name: 'threats', icon: IconAlertTriangle, key: 't', roles: READERS },
  { to: '/exclusions', name: 'exclusions', icon: IconGavel, key: 'x', roles: READERS },
  { to: '/filter', name: 'filter', icon: IconEyeOff, key: 'f', roles: ['filter'] as readonly Role[] },
  { to: '/releases', name: 'releases', icon: IconStack2, key: 'r', roles: ALL },
  { to: '/audit', name: 'audit', icon: IconHistory, key: 'l', roles: OVERSEERS },
  { to: '/users', name: 'users', icon: IconUsers, key: 'u', roles: ['administrator'] as readonly Role[] },
] as const;

export type Page = (typeof PAGES)[number];

/** What somebody who works alone has no page for: nobody has a name there, and who investigates decides on no privilege. */
const NAMED: readonly Page['name'][] = ['users', 'filter'];

/** The pages that a user may open. Who works alone has all that need no named users. */
export function pagesOf(session: Session): readonly Page[] {
  return PAGES.filter(({ name, roles }) =>
    session.single_user ? !NAMED.includes(name) : roles.includes(session.role),
  );
}

/** Whether a user reads evidence at all. */
export const readsEvidence = (session: Session): boolean => session.single_user || READERS.includes(session.role);

/** Whether a user claims who used an account. */
export const attributes = (session: Session): boolean => session.single_user || session.role === 'investigator';

/** Whether a user may take out what is evidence of a claim. */
export const exports = (session: Session): boolean => attributes(session) || session.role === 'magistrate';

/** Whether a user enters what lawful users declare. */
export const declares = (session: Session): boolean => attributes(session) || session.role === 'filter';

/** Whether a user decides on what is withheld. */
export const decidesPrivilege = (session: Session): boolean => !session.single_user && session.role === 'filter';

/** Whether a user enters something in dossiers. */
export const keepsDossiers = (session: Session): boolean =>
  session.single_user || ['investigator', 'magistrate', 'prosecutor'].includes(session.role);

/** Whether a user gives material to the defence. */
export const discloses = (session: Session): boolean =>
  session.single_user || ['magistrate', 'prosecutor'].includes(session.role);

/** Whether a user codes messages and enters what becomes of threats. */
export const codes = (session: Session): boolean => keepsDossiers(session) || session.role === 'filter';
