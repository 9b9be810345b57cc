/** The check of one message: seven steps, shown one by one. */
import type { Checking } from '../check/checking';
import { failed, type Step } from '../check/steps';
import type { Shown } from '../pack/shapes';
import { h, icon, refill } from './h';
import { stepItem } from './sections';
import { t } from './words';

/** Between one step and the next, in ms: fast enough not to wait, slow enough to see each. */
const BEAT = 140;

export function drawer(shown: Shown, checking: Checking, onClose: () => void, onChecked: () => void): HTMLElement {
  const list = h('ol.steps');
  const outcome = h('p.outcome', { role: 'status' });
  const facts: [string, string][] = [
    ['record', String(shown.record)],
    ['exhibit', shown.exhibit],
    ['time', `${shown.iso} ± ${shown.uncertainty} ms (${shown.clock})`],
    ['event', shown.event],
    ['conversation', shown.conversation],
    ['sender', shown.sender],
    ['recipients', shown.recipients.join(', ')],
    ['leaf', shown.leaf],
  ];
  const run = async (): Promise<void> => {
    refill(list);
    refill(outcome, t('message.checking'));
    outcome.dataset['state'] = 'running';
    let steps: Step[];
    try {
      steps = await checking.message(shown.line - 1);
    } catch {
      steps = [{ name: 'listed', outcome: 'fails', why: 'unreadable' }];
    }
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const step of steps) {
      list.append(stepItem(step));
      if (!still) await new Promise((resolve) => setTimeout(resolve, BEAT));
    }
    const bad = failed(steps);
    checking.marks[shown.line - 1] = bad ? 'fails' : 'holds';
    outcome.dataset['state'] = bad ? 'fails' : 'holds';
    refill(outcome, t(bad ? 'message.bad' : 'message.good', { line: shown.line }));
    onChecked();
  };
  const aside = h(
    'aside.drawer',
    { 'aria-label': t('message.title', { line: shown.line }), tabindex: '-1' },
    h(
      'header',
      null,
      h('h2', null, t('message.title', { line: shown.line })),
      h('button.bare', { type: 'button', 'aria-label': t('close'), onclick: onClose }, icon('cross')),
    ),
    h('p.lead', null, t('message.lead')),
    h('button.primary', { type: 'button', onclick: () => void run() }, t('message.again')),
    list,
    outcome,
    h(
      'dl.facts',
      null,
      facts
        .filter(([, value]) => value)
        .map(([name, value]) =>
          h('div', null, h('dt', null, t(`column.${name}`)), h('dd', null, h('bdi', null, value))),
        ),
    ),
  );
  void run();
  return aside;
}
