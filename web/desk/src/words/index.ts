import { startWords } from '~/frame/words';
import frame from '~/frame/words/en.json';
import frameFr from '~/frame/words/fr.json';
import frameNl from '~/frame/words/nl.json';

import own from './en.json';
import fr from './fr.json';
import nl from './nl.json';

const en = { ...frame, ...own, keys: { ...frame.keys, ...own.keys } };
type Words = typeof en;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Words };
    returnNull: false;
  }
}

/** Another language is another catalogue beside en.json, in said/ and in refused/, and its name here and in parts/Said.tsx. */
startWords({
  en,
  fr: { ...frameFr, ...fr, keys: { ...frameFr.keys, ...fr.keys } },
  nl: { ...frameNl, ...nl, keys: { ...frameNl.keys, ...nl.keys } },
} satisfies Record<string, Words>);
