import { startWords } from '~/frame/words';
import frame from '~/frame/words/en.json';

import own from './en.json';

const en = { ...frame, ...own, keys: { ...frame.keys, ...own.keys } };

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

/** Another language is another catalogue beside en.json, and its name here: the frame speaks it already. */
startWords({ en });
