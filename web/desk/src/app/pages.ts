import { IconHistory, IconHome, IconMessages, IconSearch, IconStack2, IconUsers } from '@tabler/icons-react';

import type { Role, Session } from '~/api/types';

const READERS: readonly Role[] = ['investigator', 'filter', 'magistrate', 'prosecutor'];
const OVERSEERS: readonly Role[] = ['magistrate', 'administrator'];
const ALL: readonly Role[] = ['investigator', 'filter', 'magistrate', 'prosecutor', 'administrator'];

/** The pages of the rail, in order: the key that follows "g", and whose they are. The server decides; this only shows. */
const PAGES = [
  { to: '/', name: 'overview', icon: IconHome, key: 'o', roles: READERS },
  { to: '/search', name: 'search', icon: IconSearch, key: 's', roles: READERS },
  { to: '/conversations', name: 'conversations', icon: IconMessages, key: 'c', roles: READERS },
  { to: '/releases', name: 'releases', icon: IconStack2, key: 'r', roles: ALL },
  { to: '/audit', name: 'audit', icon: IconHistory, key: 'a', roles: OVERSEERS },
  { to: '/users', name: 'users', icon: IconUsers, key: 'u', roles: ['administrator'] as readonly Role[] },
] as const;

export type Page = (typeof PAGES)[number];

/** The pages that a user may open. Who works alone has all of them, but no named users to manage. */
export function pagesOf(session: Session): readonly Page[] {
  return PAGES.filter(({ name, roles }) => (session.single_user ? name !== 'users' : roles.includes(session.role)));
}

/** Whether a user reads evidence at all. */
export const readsEvidence = (session: Session): boolean => session.single_user || READERS.includes(session.role);
