import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

// Words of the desk's shared parts, taken one by one so that the rest of its catalogue stays out.
import {
  cancel,
  check,
  close,
  copy,
  keys,
  loading,
  moment,
  name,
  notFound,
  pending,
  saved,
  skip,
  title,
} from '~/words/en.json';

import en from './en.json';

const words = { cancel, check, close, copy, keys, loading, moment, name, notFound, pending, saved, skip, title, ...en };

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof words };
    returnNull: false;
  }
}

/** Languages with a catalogue of their own beside en.json. */
export const LANGUAGES = ['en'] as const;

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  supportedLngs: LANGUAGES,
  resources: { en: { translation: words } },
  // React escapes what it shows.
  interpolation: { escapeValue: false },
  initAsync: false,
  react: { useSuspense: false },
});

i18next.services.formatter?.add('number', (value: unknown, language) =>
  new Intl.NumberFormat(language).format(Number(value)),
);

export { i18next };
