import type { Gap, Line } from '~/api/types';

import { dayOf } from './moment';

/** What stands under one another in a conversation. */
export type Item =
  | { type: 'day'; key: string; day: string }
  | { type: 'gap'; key: string; gap: Gap }
  | { type: 'line'; key: string; line: Line; continued: boolean };

/** Kinds that the service made for itself; nobody sent them to be read. */
const HOUSEKEEPING = new Set(['membership', 'state', 'device', 'to_device', 'reaction', 'redaction']);

export const isHousekeeping = (line: Line): boolean => HOUSEKEEPING.has(line.kind);

/**
 * The first and the last message from line `first` to line `last`. Where only the service's own lines stand there, the
 * nearest message, the one before rather than the one after; those lines themselves where no message is held.
 */
export function messagesBetween(lines: readonly Line[], first: Line, last: Line): [Line, Line] {
  const isMessage = (line: Line): boolean => !isHousekeeping(line);
  const from = lines.indexOf(first);
  const within = lines.slice(from, lines.indexOf(last) + 1).filter(isMessage);
  const nearest = lines.slice(0, from).findLast(isMessage) ?? lines.slice(from).find(isMessage);
  return [within[0] ?? nearest ?? first, within.at(-1) ?? nearest ?? last];
}

/** After this pause the sender is named again, in milliseconds. */
const PAUSE = 10 * 60_000;

/** Lines with a separator before each day and the messages that are missing between two of them. */
export function items(lines: readonly Line[], gaps: readonly Gap[]): Item[] {
  const result: Item[] = [];
  let previous: Line | null = null;
  for (const line of lines) {
    const earlier: Line | null = previous;
    const holes = earlier
      ? gaps.filter((gap) => gap.start.utc >= earlier.time.utc && gap.start.utc < line.time.utc)
      : [];
    for (const gap of holes) result.push({ type: 'gap', key: `gap ${gap.start.utc} ${gap.reason}`, gap });
    const day = dayOf(line.time.iso);
    const sameDay = earlier !== null && dayOf(earlier.time.iso) === day;
    if (!sameDay) result.push({ type: 'day', key: `day ${day} ${line.number}`, day });
    const continued =
      sameDay &&
      holes.length === 0 &&
      isHousekeeping(earlier) === isHousekeeping(line) &&
      earlier.sender.account === line.sender.account &&
      line.time.utc - earlier.time.utc < PAUSE;
    result.push({ type: 'line', key: `line ${line.number}`, line, continued });
    previous = line;
  }
  return result;
}
