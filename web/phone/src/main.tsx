import '@fontsource-variable/inter';
import './theme/tokens.css';
import './theme/base.css';

import { createRoot } from 'react-dom/client';

import { App } from './app/App';
import { Session } from './app/session';
import { keepFiles } from './app/update';
import { setLanguage } from './words';

setLanguage(null);
const session = new Session();
createRoot(document.getElementById('root') as HTMLElement).render(<App session={session} />);
void session.begin();
void keepFiles();
