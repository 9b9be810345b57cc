/** What goes to paper: the whole pack in one document, each page under its head. */
import type { Checking } from '../check/checking';
import type { Pack } from '../pack/pack';
import { h } from './h';
import { messageLine } from './message';
import {
  auditPage,
  claimsPage,
  countsLine,
  headFacts,
  leftOutPage,
  outcomeWords,
  schedulesPage,
  stepItem,
} from './sections';
import { dayWords, t } from './words';

export function paper(pack: Pack, checking: Checking): HTMLElement {
  const { head } = pack.listing;
  const rows: HTMLElement[] = [];
  const row = (...children: Node[]): void => void rows.push(h('tr', null, h('td', null, ...children)));
  // A heading goes with what stands under it.
  const heading = (child: Node): void => void rows.push(h('tr.keep', null, h('td', null, child)));
  const outcome = outcomeWords(checking, pack.shown.length);
  row(
    h('h1', null, h('bdi', null, head.title)),
    headFacts(pack),
    h('p', null, countsLine(pack)),
    h('h2', null, t('check.title')),
    h('p.outcome', { 'data-state': outcome.state }, outcome.words),
    h('ol.steps', null, checking.steps.map(stepItem)),
    h('p.lead', null, t('limits.lead')),
  );
  heading(h('h1', null, t('page.messages')));
  let day = '';
  for (const conversation of pack.conversations) {
    heading(h('h2.conversation', null, h('bdi', null, conversation.id)));
    day = '';
    for (let index = conversation.first; index < conversation.end; index++) {
      const shown = pack.shown[index]!;
      if (shown.iso.slice(0, 10) !== day) {
        day = shown.iso.slice(0, 10);
        heading(h('h3.day', null, dayWords(day)));
      }
      row(
        messageLine(shown, {
          pack,
          sought: '',
          mark: checking.marks[index] || 'unchecked',
          current: false,
          paper: true,
        }),
      );
    }
  }
  for (const page of [schedulesPage(pack, true), claimsPage(pack), leftOutPage(pack), auditPage(pack)]) row(page);
  const top = h(
    'span',
    null,
    t('print.head', { dossier: head.dossier, to: head.to, authority: head.authority, release: head.release }),
  );
  // Browsers repeat the head of a table on every page; nothing else repeats in all of them.
  return h(
    'table.paper',
    { role: 'presentation' },
    h('thead', null, h('tr', null, h('td', null, top, h('code', null, head.root)))),
    h('tbody', null, rows),
  );
}
