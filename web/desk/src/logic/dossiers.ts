import type { CodedMessage, Dossier, DossierEvent, DossierItem, Line, Threat } from '~/api/types';

/** The dossiers in a state whose card has all the words, the newest first. */
export function fitting(all: readonly Dossier[], state: 'open' | 'closed' | 'all', find: string): readonly Dossier[] {
  const words = find.toLowerCase().split(/\s+/u).filter(Boolean);
  return all
    .filter((each) => state === 'all' || each.open === (state === 'open'))
    .filter(({ number, title, offence, lead, district, parent }) => {
      const text = [number, title, offence, lead, district, parent].join('\n').toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toReversed();
}

/** Something with a time in a dossier: a message that was put in, or an event. `utc` is null until the message is there. */
export type Dated = { utc: number | null } & (
  | { kind: 'message'; item: DossierItem; line: Line | undefined; coded: CodedMessage | undefined }
  | { kind: 'event'; event: DossierEvent }
);

/** What happened, the earliest first; what has no time yet stands at the end, in the order in which it was put in. */
export function chronology(
  items: readonly DossierItem[],
  events: readonly DossierEvent[],
  lineOf: (record: number) => Line | undefined,
  codings: readonly CodedMessage[],
): readonly Dated[] {
  const coded = new Map(codings.map((each) => [each.record, each]));
  const messages = items.flatMap((item): Dated[] => {
    if (item.kind !== 'message' && item.kind !== 'media') return [];
    const line = item.current === null ? undefined : lineOf(item.current);
    return [{ kind: 'message', utc: line?.time.utc ?? null, item, line, coded: codingOf(item, coded) }];
  });
  const others = events.map((event): Dated => ({ kind: 'event', utc: event.start.utc, event }));
  return [...messages, ...others].sort((a, b) => (a.utc ?? Infinity) - (b.utc ?? Infinity) || 0);
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
