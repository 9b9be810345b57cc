import type { TFunction } from 'i18next';

/** How many of some messages are locked, in words that follow their number. */
export const lockedWords = (t: TFunction, messages: number, locked: number): string =>
  locked > 0 && locked === messages
    ? t('search.lockedAll', { count: locked })
    : t('search.lockedOf', { count: locked });
