import type { CodedMessage, Dossier, DossierCoding, DossierEvent, DossierItem, Threat } from '~/api/types';

export const ORDERS = ['newest', 'oldest', 'number', 'title', 'lead'] as const;
/** In which order dossiers are listed. */
export type DossierOrder = (typeof ORDERS)[number];

const COMPARE = new Intl.Collator(undefined, { numeric: true }).compare;

interface Narrowed {
  state: 'open' | 'closed' | 'all';
  find: string;
  /** Name of the only district, "" for all. */
  district: string;
  order: DossierOrder;
}

/** The dossiers in a state and district whose card has all the words. `all` is in the order in which they were opened. */
export function fitting(all: readonly Dossier[], { state, find, district, order }: Narrowed): readonly Dossier[] {
  const words = find.toLowerCase().split(/\s+/u).filter(Boolean);
  const found = all
    .filter((each) => state === 'all' || each.open === (state === 'open'))
    .filter((each) => district === '' || each.district === district)
    .filter(({ number, title, offence, lead, district: name, parent }) => {
      const text = [number, title, offence, lead, name, parent].join('\n').toLowerCase();
      return words.every((word) => text.includes(word));
    });
  if (order === 'oldest') return found;
  return order === 'newest' ? found.toReversed() : found.sort((a, b) => COMPARE(a[order], b[order]));
}

/** Something with a time in a dossier: a message that was put in, or an event. */
export type Dated = { utc: number } & (
  | { kind: 'message'; item: DossierItem; coded: CodedMessage | undefined }
  | { kind: 'event'; event: DossierEvent }
);

/** What happened, the earliest first. */
export function chronology(
  items: readonly DossierItem[],
  events: readonly DossierEvent[],
  codings: readonly CodedMessage[],
): readonly Dated[] {
  const coded = new Map(codings.map((each) => [each.record, each]));
  const messages = items.flatMap((item): Dated[] =>
    item.time === null ? [] : [{ kind: 'message', utc: item.time.utc, item, coded: codingOf(item, coded) }],
  );
  const others = events.map((event): Dated => ({ kind: 'event', utc: event.start.utc, event }));
  return [...messages, ...others].sort((a, b) => a.utc - b.utc);
}

/** What was decided of messages, with one decision more: it takes the place of the reviewer's own. */
export function withCoding(codings: readonly CodedMessage[], made: DossierCoding): CodedMessage[] {
  const old = codings.find(({ record }) => record === made.record);
  const all = [...(old?.codings ?? []).filter(({ user }) => user !== made.user), made];
  const now = { record: made.record, codings: all, disputed: new Set(all.map(({ choice }) => choice)).size > 1 };
  return old ? codings.map((each) => (each === old ? now : each)) : [...codings, now];
}

/** What was decided of a message: of the record that was put in, or of the one that opened it later. */
function codingOf(item: DossierItem, coded: ReadonlyMap<number, CodedMessage>): CodedMessage | undefined {
  for (const record of [item.current, item.record]) {
    const found = record === null ? undefined : coded.get(record);
    if (found) return found;
  }
  return undefined;
}

/** Numbers of records as a person writes them ("12 #15"); null where something else stands among them. */
export function recordsOf(text: string): number[] | null {
  const words = text.split(/[\s,;]+/u).filter(Boolean);
  return words.every((word) => /^#?\d{1,15}$/u.test(word)) ? words.map((word) => Number(word.replace('#', ''))) : null;
}

/** The steps that may follow the last one of a threat; the server judges once more. */
export function nextSteps({ steps }: Threat): readonly ('alert' | 'acknowledged' | 'action' | 'outcome')[] {
  switch (steps.at(-1)?.step) {
    case 'alert':
      return ['acknowledged'];
    case 'acknowledged':
    case 'action':
      return ['action', 'outcome'];
    default:
      return ['alert'];
  }
}

/** Where a threat stands. */
export const standingOf = (threat: Threat): 'waiting' | 'open' | 'ended' =>
  threat.ended ? 'ended' : threat.steps.at(-1)?.step === 'alert' ? 'waiting' : 'open';
