import {
  IconDeviceMobile,
  IconDoorEnter,
  IconHome,
  IconListDetails,
  IconQrcode,
  IconReceipt,
  IconTag,
  IconUsers,
} from '@tabler/icons-react';

/** The pages, who has them, and the key behind "g". The server decides; this only shows. */
const PAGES = [
  { to: '/', name: 'overview', icon: IconHome, key: 'o', operator: true, reseller: true },
  { to: '/licences', name: 'licences', icon: IconDeviceMobile, key: 'l', operator: true, reseller: true },
  { to: '/codes', name: 'codes', icon: IconQrcode, key: 'c', operator: true, reseller: true },
  { to: '/account', name: 'account', icon: IconReceipt, key: 'a', operator: false, reseller: true },
  { to: '/resellers', name: 'resellers', icon: IconUsers, key: 'r', operator: true, reseller: false },
  { to: '/products', name: 'products', icon: IconTag, key: 'p', operator: true, reseller: false },
  { to: '/logins', name: 'logins', icon: IconDoorEnter, key: 'i', operator: true, reseller: false },
  { to: '/ledger', name: 'ledger', icon: IconListDetails, key: 'e', operator: true, reseller: false },
] as const;

export const pagesOf = (part: 'operator' | 'reseller') => PAGES.filter((page) => page[part]);
