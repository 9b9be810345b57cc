/** Opens the pack that is in the page: first its head, then all messages, then the checks. */
import 'virtual:tokens.css';
import './style/faces.css';
import './style/reader.css';

import { App } from './page/app';
import { h, refill } from './page/h';
import { preferred, speak, t } from './page/words';
import { Embedded, piecesIn } from './pack/embedded';
import { LISTING, Pack } from './pack/pack';

const root = document.getElementById('reader')!;
speak(preferred(navigator.languages || [navigator.language]));
refill(root, h('p.wait', { role: 'status' }, t('opening')));

/** Give the browser a moment to paint and to answer. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function open(): Promise<void> {
  performance.mark('opening');
  const files = new Embedded(piecesIn(document));
  if (files.paths.indexOf(LISTING) < 0) return refill(root, h('p.wait', null, t('empty')));
  const pack = new Pack(files);
  // All but the last pieces are read while the first words stand there already.
  for (const done of pack.read()) {
    refill(root, h('p.wait', { role: 'status' }, t('reading', { done })));
    await breathe();
  }
  new App(root, pack).start();
  performance.mark('shown');
}

const tell = (error: unknown): void =>
  refill(root, h('p.wait', { role: 'alert' }, t('broken', { error: String(error) })));
document.addEventListener('DOMContentLoaded', () => void open().catch(tell));
