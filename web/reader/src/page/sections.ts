/** The pages beside the messages: what the pack says of itself, its schedules, claims, what was left out, and the audit. */
import type { Checking } from '../check/checking';
import type { Step } from '../check/steps';
import type { Pack } from '../pack/pack';
import type { Claim, ClaimItem } from '../pack/shapes';
import { h, icon } from './h';
import { number, t, word } from './words';

export const PAGES = ['messages', 'checks', 'schedules', 'claims', 'leftOut', 'audit'] as const;
export type PageName = (typeof PAGES)[number];

type Cell = Node | string | number | null;

/** A table that becomes a list of cards where it is narrow: every cell bears its heading. */
export function table(caption: string, headings: string[], rows: Cell[][], empty: string): HTMLElement {
  if (!rows.length) return h('p.empty', null, empty);
  return h(
    'table',
    null,
    h('caption.sr', null, caption),
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        headings.map((heading) => h('th', { scope: 'col' }, heading)),
      ),
    ),
    h(
      'tbody',
      null,
      rows.map((row) =>
        h(
          'tr',
          null,
          row.map((cell, at) => h('td', { 'data-heading': headings[at] }, cell)),
        ),
      ),
    ),
  );
}

/** Rows of a long table that are made at once; the rest at a press. */
const AT_ONCE = 500;

/** A table of which more rows come at a press. */
function longTable(
  caption: string,
  headings: string[],
  count: number,
  row: (at: number) => Cell[],
  empty: string,
  all: boolean,
): HTMLElement {
  const until = all ? count : Math.min(count, AT_ONCE);
  const holder = h(
    'div',
    null,
    table(
      caption,
      headings,
      Array.from({ length: until }, (_, at) => row(at)),
      empty,
    ),
  );
  if (until === count) return holder;
  const more = h('button', { type: 'button', onclick: () => {
    holder.replaceWith(longTable(caption, headings, count, row, empty, true));
  } }, t('more', { count: count - until })); // prettier-ignore
  holder.append(more);
  return holder;
}

const section = (title: string, lead: string, ...children: (Node | null)[]): HTMLElement =>
  h('section', null, h('h2', null, title), lead ? h('p.lead', null, lead) : null, ...children);

const bdi = (text: string): HTMLElement => h('bdi', null, text);

/** What the first page of every form says. */
export function headFacts(pack: Pack): HTMLElement {
  const { head, since } = pack.listing;
  const facts: [string, Cell][] = [
    ['dossier', bdi(head.dossier)],
    ['title', bdi(head.title)],
    ['to', bdi(head.to)],
    ['by', bdi(head.by)],
    ['authority', bdi(head.authority)],
    ['at', h('time', null, head.at)],
    ['zone', head.zone],
    ['release', number(head.release)],
    ['root', h('code', null, head.root)],
    ['since', since ? t('head.sinceIs', { release: since.release }) : t('head.sinceNone')],
    ['signer', h('code', null, head.signer)],
    ...coverFacts(pack),
  ];
  return h(
    'dl.facts',
    null,
    facts.map(([name, value]) => h('div', null, h('dt', null, t(`head.${name}`)), h('dd', null, value))),
  );
}

/** What the cover of a package for a partner force says; nothing of a pack for the defence. */
function coverFacts(pack: Pack): [string, Cell][] {
  const cover = pack.cover;
  if (!cover) return [];
  const codes = cover.handling.map(({ code, meaning }) =>
    h('div', null, `${code}: `, h('span', { lang: 'en' }, meaning)),
  );
  const facts: [string, Cell][] = [
    ['package', bdi(cover.number)],
    ['sender', bdi(cover.sender)],
    ['basis', bdi(cover.basis)],
    ['handling', h('div', null, codes)],
    ['note', bdi(cover.note)],
    ['expires', h('time', null, cover.expires)],
    ['contact', bdi(cover.contact)],
  ];
  const said: Record<string, unknown> = { ...cover, package: cover.number };
  return facts.filter(([name]) => said[name]);
}

export function countsLine(pack: Pack): string {
  const { counts } = pack.listing;
  const said = ['used', 'items', 'context', 'redacted', 'locked', 'unused', 'sensitive'].map((name) =>
    t(`count.${name}`, { count: counts[name] || 0 }),
  );
  return said.join(' · ');
}

/** A step of a check with what was found, and the mark that says so in words too. */
export function stepItem(step: Step): HTMLElement {
  const drawn = step.outcome === 'holds' ? icon('check') : step.outcome === 'fails' ? icon('cross') : icon('dash');
  return h(
    'li.step',
    { 'data-outcome': step.outcome },
    drawn,
    h(
      'span',
      null,
      h('span.name', null, t(`step.${step.name}`)),
      ' ',
      h('span.word', null, t(`outcome.${step.outcome}`)),
      h('span.detail', null, t(`found.${step.why}`, step.filling)),
    ),
  );
}

export function schedulesPage(pack: Pack, all = false): HTMLElement {
  const { unused, sensitive } = pack;
  const verdict = (value: string): Cell => word('verdict', value);
  return h(
    'div.page',
    null,
    h('h1', null, t('page.schedules')),
    section(
      t('schedule.used'),
      t('schedule.usedLead', { count: pack.shown.length }),
      longTable(
        t('schedule.used'),
        ['line', 'record', 'role', 'conversation', 'time', 'kind', 'verdict'].map((name) => t(`column.${name}`)),
        pack.shown.length,
        (at) => {
          const shown = pack.shown[at]!;
          return [
            all ? `#${shown.line}` : h('a', { href: `#line-${shown.line}` }, `#${shown.line}`),
            shown.record, t(shown.item ? 'line.item' : 'line.context'), bdi(shown.conversation), h('time', null, shown.iso), word('kind', shown.kind), verdict(shown.verdict),
          ]; // prettier-ignore
        },
        t('schedule.usedNone'),
        all,
      ),
    ),
    section(
      t('schedule.unused'),
      t('schedule.unusedLead'),
      longTable(
        t('schedule.unused'),
        ['number', 'record', 'conversation', 'time', 'kind'].map((name) => t(`column.${name}`)),
        unused.length,
        (at) => {
          const row = unused[at]!;
          return [row.number, row.record, bdi(row.conversation), h('time', null, row.iso), word('kind', row.kind)];
        },
        t('schedule.unusedNone'),
        all,
      ),
    ),
    section(
      t('schedule.sensitive'),
      t('schedule.sensitiveLead'),
      table(
        t('schedule.sensitive'),
        [t('column.number'), t('column.reason')],
        sensitive.map((row) => [row.number, bdi(row.reason)]),
        t('schedule.sensitiveNone'),
      ),
    ),
  );
}

export function claimsPage(pack: Pack): HTMLElement {
  const { claims } = pack;
  return h(
    'div.page',
    null,
    h('h1', null, t('page.claims')),
    h('p.lead', null, t('claim.lead')),
    claims.length ? null : h('p.empty', null, t('claim.none')),
    claims.map(({ claim, later }) => claimCard(pack, claim, later)),
  );
}

function claimCard(pack: Pack, claim: Claim, later: { act: string; reason?: string; id?: string }[]): HTMLElement {
  const { start, end, zone } = claim.interval;
  return h(
    'section.claim',
    null,
    h('h2', null, bdi(claim.person.name), ' ', h('span.quiet', null, claim.id)),
    h(
      'dl.facts',
      null,
      [
        [t('claim.account'), bdi(claim.account)],
        [
          t('claim.person'),
          h(
            'span',
            null,
            bdi(claim.person.name),
            ` (${claim.person.id}${claim.person.born ? `, ${claim.person.born}` : ''})`,
          ),
        ],
        [t('claim.interval'), `${start || t('claim.unknown')} – ${end || t('claim.unknown')} (${zone})`],
        [t('claim.grade'), word('grade', claim.grade)],
        [t('claim.author'), h('span', null, bdi(claim.author), `, ${claim.time}, `, bdi(claim.authority))],
      ].map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
    ),
    later.map((each) =>
      h(
        'p.later',
        null,
        each.act === 'withdraw'
          ? t('claim.withdrawn', { reason: each.reason || '' })
          : t('claim.superseded', { id: each.id || '' }),
      ),
    ),
    evidence(pack, t('claim.supporting'), claim.supporting),
    evidence(pack, t('claim.opposing'), claim.opposing),
  );
}

function evidence(pack: Pack, title: string, items: ClaimItem[]): HTMLElement {
  return h(
    'div',
    null,
    h('h3', null, title),
    items.length
      ? h(
          'ul',
          null,
          items.map((item) => h('li', null, evidenceItem(pack, item))),
        )
      : h('p.empty', null, t('claim.noItems')),
  );
}

function evidenceItem(pack: Pack, item: ClaimItem): (Node | string)[] {
  const words = item.words ? [': ', bdi(item.words)] : [];
  if (item.kind === 'message') {
    const at = pack.shown.filter((shown) => shown.record === item['record'])[0];
    const record = t('claim.message', { record: Number(item['record']), release: Number(item['release']) });
    return [at ? h('a', { href: `#line-${at.line}` }, `#${at.line}`) : '', at ? ' · ' : '', record, ...words];
  }
  if (item.kind === 'document')
    return [
      bdi(String(item['name'])),
      item['page'] ? `, ${t('claim.documentPage', { page: Number(item['page']) })}` : '',
      ' ',
      h('code', null, String(item['sha256'])),
      ...words,
    ];
  if (item.kind === 'location')
    return [
      t('claim.location', { start: String(item['start']), end: String(item['end']) }),
      ' ',
      bdi(String(item['source'])),
      ` (${area(item['area'] as Record<string, never>)})`,
      ...words,
    ];
  return [bdi(item.words)];
}

/** A circle or a polygon in degrees; the ledger counts ten-millionths. */
function area(shape: { type?: string; centre?: number[]; radius?: number; ring?: number[][] }): string {
  const place = ([longitude, latitude]: number[]): string => `${latitude! / 1e7}°, ${longitude! / 1e7}°`;
  if (shape.type === 'circle' && shape.centre)
    return t('claim.circle', { centre: place(shape.centre), radius: shape.radius || 0 });
  return t('claim.polygon', { ring: (shape.ring || []).map(place).join('; ') });
}

export function leftOutPage(pack: Pack): HTMLElement {
  const { redactions, media, keys, exclusions, attributions, never } = pack.leftOut;
  const line = (value: number): Cell => h('a', { href: `#line-${value}` }, `#${value}`);
  const column = (name: string): string => t(`column.${name}`);
  return h(
    'div.page',
    null,
    h('h1', null, t('page.leftOut')),
    section(
      t('leftOut.redactions'), '',
      table(t('leftOut.redactions'), ['line', 'field', 'why', 'by'].map(column), redactions.map((each) => [line(each.line), word('field', each.field), bdi(each.why), bdi(each.by)]), t('leftOut.redactionsNone')),
    ),
    section(t('leftOut.media'), '', table(t('leftOut.media'), ['line', 'state'].map(column), media.map((each) => [line(each.line), word('state', each.state)]), t('leftOut.mediaNone'))),
    section(t('leftOut.keys'), t('leftOut.keysLead'), table(t('leftOut.keys'), [column('line')], keys.map((each) => [line(each.line)]), t('leftOut.keysNone'))),
    section(t('leftOut.exclusions'), t('leftOut.exclusionsLead'), table(t('leftOut.exclusions'), ['exhibit', 'decision', 'judge', 'why'].map(column), exclusions.map((each) => [bdi(each.exhibit), bdi(each.decision), bdi(each.judge), bdi(each.why)]), t('leftOut.exclusionsNone'))),
    section(t('leftOut.claims'), '', table(t('leftOut.claims'), ['claim', 'why'].map(column), attributions.map((each) => [each.claim, bdi(each.why)]), t('leftOut.claimsNone'))),
    section(t('leftOut.never'), '', table(t('leftOut.never'), ['what', 'why'].map(column), never.map((each) => [each.what, each.why]), '')),
  ); // prettier-ignore
}

export function auditPage(pack: Pack): HTMLElement {
  const details = (said: Record<string, string | number>): HTMLElement =>
    h(
      'span.details',
      null,
      Object.keys(said).map((name) =>
        h('span', null, h('span.quiet', null, `${word('details', name)} `), bdi(String(said[name]))),
      ),
    );
  return h(
    'div.page',
    null,
    h('h1', null, t('page.audit')),
    h('p.lead', null, t('audit.lead')),
    table(
      t('page.audit'),
      ['number', 'time', 'user', 'authority', 'act', 'details'].map((name) => t(`column.${name}`)),
      pack.audit.map((entry) => [
        entry.number,
        h('time', null, entry.time),
        bdi(entry.user),
        bdi(entry.authority),
        word('acts', entry.act),
        details(entry.details),
      ]),
      t('audit.none'),
    ),
  );
}

/** What came of the checks, in a sentence. */
export function outcomeWords(
  checking: Checking,
  total: number,
): { words: string; state: 'running' | 'holds' | 'fails' | 'stopped' } {
  if (checking.broken) {
    const first = checking.failures[0];
    return { words: first ? t('verdictOf.line', { line: first.line }) : t('verdictOf.fails'), state: 'fails' };
  }
  if (checking.state === 'finished') return { words: t('verdictOf.holds'), state: 'holds' };
  if (checking.state === 'cancelled')
    return { words: t('verdictOf.stopped', { done: checking.done, total }), state: 'stopped' };
  return { words: t('verdictOf.running', { done: checking.done, total }), state: 'running' };
}
