/**
 * Editing a search query as text. The server alone decides what a query means; here it is only cut into pieces that
 * can be coloured, found, taken out and added, so that a facet or a brush changes nothing that a person typed.
 */

import { dayNumber, dayText } from './days';

export const FIELDS = [
  'from',
  'to',
  'in',
  'after',
  'before',
  'on',
  'kind',
  'verdict',
  'exhibit',
  'has',
  'copies',
] as const;
export type Field = (typeof FIELDS)[number];

export interface Piece {
  type: 'space' | 'open' | 'close' | 'operator' | 'phrase' | 'filter' | 'word';
  start: number;
  end: number;
  text: string;
  field?: Field;
  value?: string;
}

// Signs of the language, with the forms that keyboards and word processors put in their place.
const QUOTES = '"“”„＂';
const PHRASE = String.raw`[${QUOTES}](?:[^\\${QUOTES}]|\\.)*[${QUOTES}]?`;
const BARE = String.raw`[^\s(（)）${QUOTES}]`;

const PIECE = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    '(?<open>[(（])',
    '(?<close>[)）])',
    String.raw`(?<operator>(?:AND|OR|NOT)(?=[\s(（)）]|$)|-(?=\S))`,
    `(?<filter>(?:${FIELDS.join('|')})[:：](?!//)(?:${PHRASE}|${BARE}*))`,
    `(?<phrase>${PHRASE})`,
    `(?<word>${BARE}+)`,
  ].join('|'),
  'gu',
);

/** Cut a query into pieces that cover it without holes. */
export function pieces(query: string): Piece[] {
  return [...query.matchAll(PIECE)].map((match) => {
    const groups = match.groups ?? {};
    const type = (Object.keys(groups).find((name) => groups[name] !== undefined) ?? 'word') as Piece['type'];
    const piece: Piece = { type, start: match.index, end: match.index + match[0].length, text: match[0] };
    if (type === 'filter') {
      const colon = match[0].search(/[:：]/u);
      piece.field = match[0].slice(0, colon) as Field;
      piece.value = unquote(match[0].slice(colon + 1));
    }
    return piece;
  });
}

/** A value as the query language reads it back: quoted when it has anything but plain characters. */
export function quote(value: string): string {
  return /^[^\s()（）"“”„＂*\\]+$/u.test(value) ? value : `"${value.replaceAll(/[\\"“”„＂]/gu, String.raw`\$&`)}"`;
}

function unquote(text: string): string {
  if (!QUOTES.includes(text.charAt(0))) return text;
  const closed = text.length > 1 && QUOTES.includes(text.charAt(text.length - 1));
  const inner = closed ? text.slice(1, -1) : text.slice(1);
  return inner.replaceAll(/\\(.)/gu, '$1');
}

/** A filter in the query, or a bracket of nothing but filters of one field joined by OR. */
interface Clause {
  field: Field;
  values: string[];
  start: number;
  end: number;
}

/** The clauses that stand on their own: not negated, not inside a bracket, not joined by OR to something else. */
function clauses(query: string): Clause[] {
  const list = pieces(query).filter((piece) => piece.type !== 'space');
  const found: Clause[] = [];
  let index = 0;
  while (index < list.length) {
    const clause = clauseAt(list, index);
    if (!clause) {
      index = list[index]?.type === 'open' ? afterBracket(list, index) : index + 1;
      continue;
    }
    const before = list[index - 1];
    const after = list[clause.next];
    const free = !isBinding(before, ['NOT', '-', 'OR']) && !isBinding(after, ['OR']);
    if (free) found.push(clause.clause);
    index = clause.next;
  }
  return found;
}

const isBinding = (piece: Piece | undefined, operators: string[]): boolean =>
  piece?.type === 'operator' && operators.includes(piece.text);

function afterBracket(list: Piece[], open: number): number {
  let depth = 0;
  for (let index = open; index < list.length; index += 1) {
    if (list[index]?.type === 'open') depth += 1;
    if (list[index]?.type === 'close' && --depth === 0) return index + 1;
  }
  return list.length;
}

function clauseAt(list: Piece[], index: number): { clause: Clause; next: number } | null {
  const first = list[index];
  if (first?.type === 'filter' && first.field) {
    const clause = { field: first.field, values: [first.value ?? ''], start: first.start, end: first.end };
    return { clause, next: index + 1 };
  }
  if (first?.type !== 'open') return null;
  const values: string[] = [];
  const field = list[index + 1]?.field;
  for (let at = index + 1; field; at += 2) {
    const filter = list[at];
    const joint = list[at + 1];
    if (filter?.type !== 'filter' || filter.field !== field) return null;
    values.push(filter.value ?? '');
    if (joint?.type === 'close') {
      return { clause: { field, values, start: first.start, end: joint.end }, next: at + 2 };
    }
    if (joint?.text !== 'OR') return null;
  }
  return null;
}

/** `query` without the stretches of `gone`, and without the white space and AND that only joined them. */
function without(query: string, gone: readonly Clause[]): string {
  let result = query;
  for (const { start, end } of [...gone].sort((a, b) => b.start - a.start)) {
    const before = result.slice(0, start).replace(/(?:\s+AND)?\s*$/u, '');
    const after = result.slice(end).replace(/^\s*(?:AND(?=[\s(]))?\s*/u, '');
    result = before && after ? `${before} ${after}` : before + after;
  }
  return result.trim();
}

const joined = (query: string, clause: string): string => [query.trim(), clause].filter(Boolean).join(' ');

/** The values of `field` that the query asks for with filters standing on their own. */
export function valuesOf(query: string, field: Field): string[] {
  return clauses(query).flatMap((clause) => (clause.field === field ? clause.values : []));
}

/** The query without the filters of `field` that stand on their own. */
export function withoutField(query: string, field: Field): string {
  return without(
    query,
    clauses(query).filter((clause) => clause.field === field),
  );
}

/** Values that stand for several others: who picks one of these wants less, not more. */
const GROUPS: Partial<Record<Field, readonly string[]>> = { verdict: ['locked', 'readable'] };

/** Add the filter `field:value` when it is absent, take it out when it is there; several of one field are joined by OR. */
export function toggle(query: string, field: Field, value: string): string {
  const mine = clauses(query).filter((clause) => clause.field === field);
  const old = mine.flatMap((clause) => clause.values);
  const values = old.includes(value)
    ? old.filter((other) => other !== value)
    : [...old.filter((other) => !GROUPS[field]?.includes(other)), value];
  const filters = [...new Set(values)].map((each) => `${field}:${quote(each)}`);
  const clause = filters.length > 1 ? `(${filters.join(' OR ')})` : (filters[0] ?? '');
  return joined(bracketed(without(query, mine), clause), clause);
}

/** Narrow the query to the days from `first` to `last`, both included: `before:` leaves out the day that it names. */
export function between(query: string, first: string, last: string): string {
  const bounds = clauses(query).filter(({ field }) => field === 'after' || field === 'before' || field === 'on');
  const clause = first === last ? `on:${first}` : `after:${first} before:${dayText(dayNumber(last) + 1)}`;
  return joined(bracketed(without(query, bounds), clause), clause);
}

/** An OR at the outside would swallow what is added by AND, so it is put into brackets. */
function bracketed(query: string, clause: string): string {
  if (!clause) return query;
  let depth = 0;
  for (const piece of pieces(query)) {
    if (piece.type === 'open') depth += 1;
    if (piece.type === 'close') depth -= 1;
    if (depth === 0 && piece.text === 'OR' && piece.type === 'operator') return `(${query})`;
  }
  return query;
}
