import { start } from '~/frame/start';

import { router } from './app/router';
import './words';

start(router);
