/** A message as it is read: who, when, what; what is held back or locked as a block in its place. */
import { partsOf } from '../check/moment';
import type { Mark } from '../check/checking';
import { isLocked, type Pack } from '../pack/pack';
import { PLACEHOLDER, type Attached, type Redaction, type Shown } from '../pack/shapes';
import { h, icon } from './h';
import { bytes, t, word } from './words';

export interface MessageOptions {
  pack: Pack;
  /** What is searched for, in small letters; "" for nothing. */
  sought: string;
  mark: Mark;
  current: boolean;
  /** On paper there is nothing to press. */
  paper?: boolean;
  onCheck?: (index: number) => void;
  onJump?: (index: number) => void;
}

/** A message cut off: longer ones are folded, and open at a press. */
const LONG = 1500;

/** Where what a sender claims is shown as a picture or played; any other file is named only. */
const PICTURES = /^image\/(?:png|jpe?g|gif|webp|bmp)$/i;
const SOUNDS = /^audio\/[\w.+-]+$/i;

export function messageLine(shown: Shown, options: MessageOptions): HTMLElement {
  const { pack, mark, current, paper } = options;
  const index = shown.line - 1;
  const before = pack.shown[index - 1];
  const continued =
    !paper && !!before && before.conversation === shown.conversation && before.sender === shown.sender && before.item === shown.item &&
    partsOf(before.iso).day === partsOf(shown.iso).day && shown.time - before.time < 300_000; // prettier-ignore
  const element = h(
    'div.line',
    {
      role: paper ? undefined : 'article',
      'data-line': shown.line,
      'data-item': String(shown.item),
      'data-current': current || undefined,
      'data-mark': mark,
      'data-continued': continued || undefined,
      'aria-label': t('line.label', { line: shown.line }),
    },
    moment(shown.iso),
    h(
      'div.main',
      null,
      !continued && party(shown, options),
      body(shown, options),
      shown.redactions.map((redaction) => held(redaction)),
    ),
    paper ? h('span.number', null, `#${shown.line}`) : action(shown, options),
  );
  return element;
}

const moment = (iso: string): HTMLElement => {
  const { clock, offset } = partsOf(iso);
  return h('time.time', { datetime: iso, title: iso }, h('span', null, clock), ' ', h('span.offset', null, offset));
};

function party(shown: Shown, options: MessageOptions): HTMLElement {
  const name = shown.name || shown.sender || t('line.nobody');
  return h(
    'div.party',
    null,
    h('bdi.sender', null, ...marked(name, options.sought)),
    shown.name && shown.name !== shown.sender ? h('bdi.account', null, ...marked(shown.sender, options.sought)) : null,
    shown.item ? h('span.item', { title: t('line.itemHint') }, t('line.item')) : h('span.sr', null, t('line.context')),
  );
}

/** The number of the line opens its check; its mark tells what came of it. */
function action(shown: Shown, { mark, onCheck }: MessageOptions): HTMLElement {
  const label = `${t('line.check', { line: shown.line })}: ${t(`mark.${mark}`)}`;
  return h(
    'button.number',
    { type: 'button', 'aria-label': label, title: label, onclick: () => onCheck!(shown.line - 1) },
    h('span', null, `#${shown.line}`),
    mark === 'holds' ? icon('check', 13) : mark === 'fails' ? icon('cross', 13) : icon('dash', 13),
  );
}

function body(shown: Shown, options: MessageOptions): (Node | null)[] {
  const { redactions, text } = shown;
  const hidden = redactions.length > 0;
  if (isLocked(shown)) return [relation(shown, options), sealed(shown)];
  const kind = shown.kind !== 'text' && !shown.attached ? h('span.kind', null, word('kind', shown.kind)) : null;
  return [
    relation(shown, options),
    kind,
    text !== null && !(hidden && text === PLACEHOLDER) ? long(text, options) : null,
    text === null && !shown.attached && !hidden && !kind ? h('span.kind', null, t('line.empty')) : null,
    shown.attached && shown.attached.state !== 'redacted' ? attachment(shown.attached, options) : null,
  ];
}

function sealed(shown: Shown): HTMLElement {
  return h(
    'div.sealed',
    { 'data-verdict': shown.verdict },
    icon('lock', 14),
    h('strong', null, word('verdict', shown.verdict)),
    shown.reason ? h('bdi.reason', null, shown.reason) : null,
  );
}

/** What is held back: five full blocks however long it was, with who did it and why. */
function held({ field, why, by }: Redaction): HTMLElement {
  return h(
    'div.held',
    null,
    h('span.blocks', { 'aria-hidden': 'true' }, PLACEHOLDER),
    h(
      'span',
      null,
      h('strong', null, t('line.held', { field: word('field', field) })),
      ' ',
      h('bdi', null, why),
      ' ',
      h('span.by', null, t('line.heldBy', { by })),
    ),
  );
}

function relation(shown: Shown, { pack, onJump, paper }: MessageOptions): HTMLElement | null {
  if (!shown.relation) return null;
  const at = pack.byEvent.get(shown.target);
  const what = word('relation', shown.relation);
  if (at === undefined) return h('div.relation', null, icon('reply', 13), t('line.relatesOut', { what }));
  const target = pack.shown[at]!;
  const quote = target.text === null ? word('verdict', target.verdict) : target.text.slice(0, 120);
  const words = [icon('reply', 13), `${t('line.relates', { what, line: at + 1 })} `, h('bdi.quote', null, quote)];
  if (paper) return h('div.relation', null, words);
  return h('button.relation', { type: 'button', onclick: () => onJump!(at) }, words);
}

function long(text: string, { sought, paper }: MessageOptions): HTMLElement {
  const whole = paper || text.length <= LONG || (sought && text.toLowerCase().indexOf(sought) >= LONG);
  const paragraph = h('div.text', { dir: 'auto' }, ...marked(whole ? text : text.slice(0, LONG), sought));
  if (whole) return paragraph;
  const more = h('button.more', { type: 'button', onclick: () => {
    paragraph.textContent = text;
    more.remove();
  } }, t('line.more', { count: text.length - LONG })); // prettier-ignore
  return h('div', null, paragraph, more);
}

function attachment(attached: Attached, { paper }: MessageOptions): HTMLElement {
  const { file, mime, name, size, state } = attached;
  const facts = [
    mime,
    size === null ? '' : bytes(size),
    state === 'opened' || state === 'clear' ? '' : word('state', state),
  ];
  const label = h(
    'div.file',
    { 'data-absent': !file || undefined },
    icon('clip', 15),
    h(
      'span',
      null,
      h('bdi.name', null, name || t('line.unnamed')),
      h('span.facts', null, facts.filter(Boolean).join(' · ')),
      h('code.path', null, file || t('line.notEnclosed')),
    ),
  );
  if (!file) return label;
  // No link leads to a file: what a browser makes of bytes without a name is not for their sender to choose.
  if (PICTURES.test(mime))
    return h(
      'div.media',
      null,
      h('img', {
        src: file,
        alt: name || t('line.unnamed'),
        loading: paper ? 'eager' : 'lazy',
        referrerpolicy: 'no-referrer',
      }),
      label,
    );
  if (SOUNDS.test(mime) && !paper)
    return h(
      'div.media',
      null,
      h('audio', { src: file, controls: true, preload: 'none', 'aria-label': name || t('line.unnamed') }),
      label,
    );
  return label;
}

/** A text with what is searched for marked in it. */
export function marked(text: string, sought: string): (Node | string)[] {
  if (!sought) return [text];
  const small = text.toLowerCase();
  if (small.length !== text.length) return [text];
  const parts: (Node | string)[] = [];
  let at = 0;
  for (let found = small.indexOf(sought); found >= 0; found = small.indexOf(sought, at)) {
    parts.push(text.slice(at, found), h('mark', null, text.slice(found, found + sought.length)));
    at = found + sought.length;
  }
  return [...parts, text.slice(at)];
}
