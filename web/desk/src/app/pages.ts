import { IconHistory, IconHome, IconMessages, IconSearch, IconStack2, IconUsers } from '@tabler/icons-react';

/** The pages of the rail, in order, each with the key that follows "g". */
export const PAGES = [
  { to: '/', name: 'overview', icon: IconHome, key: 'o' },
  { to: '/search', name: 'search', icon: IconSearch, key: 's' },
  { to: '/conversations', name: 'conversations', icon: IconMessages, key: 'c' },
  { to: '/releases', name: 'releases', icon: IconStack2, key: 'r' },
  { to: '/audit', name: 'audit', icon: IconHistory, key: 'a' },
  { to: '/users', name: 'users', icon: IconUsers, key: 'u' },
] as const;

export type Page = (typeof PAGES)[number];
