import { startWords } from '~/frame/words';
import frame from '~/frame/words/en.json';
import frameFr from '~/frame/words/fr.json';
import frameNl from '~/frame/words/nl.json';

import own from './en.json';
import fr from './fr.json';
import nl from './nl.json';

const en = { ...frame, ...own };
type Words = typeof en;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Words };
    returnNull: false;
  }
}

startWords({ en, fr: { ...frameFr, ...fr }, nl: { ...frameNl, ...nl } } satisfies Record<string, Words>);
