import { startWords } from '~/frame/words';
import frame from '~/frame/words/en.json';

import own from './en.json';

const en = { ...frame, ...own };

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

startWords({ en });
