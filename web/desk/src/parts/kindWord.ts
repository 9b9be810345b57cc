import type { TFunction } from 'i18next';

/** What a person calls a kind of record; a kind that the desk does not know keeps the server's word. */
export const kindWord = (kind: string, t: TFunction): string =>
  t(`kind.${kind}` as 'kind.text', { defaultValue: kind });
