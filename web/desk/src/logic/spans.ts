/** Intervals on one line of time: where they lie on it, and where they contradict each other. Times are ms since 1970. */

import { beginning, dayText, type Step } from './days';

export interface Span {
  /** Null where it is not known. */
  start: number | null;
  end: number | null;
}

const DAY = 86_400_000;

/** The stretch of time that shows all of some spans, with room at its ends; null where no time is known at all. */
export function frame(spans: readonly Span[]): { from: number; to: number } | null {
  const times = spans.flatMap(({ start, end }) => [start, end].filter((time) => time !== null));
  if (times.length === 0) return null;
  const from = Math.min(...times);
  const to = Math.max(...times);
  const room = Math.max((to - from) * 0.06, DAY);
  return { from: from - room, to: to + room };
}

/** Where a span lies in a frame, as shares of its width; an end that is not known is the frame's. */
export function place(
  { start, end }: Span,
  { from, to }: { from: number; to: number },
): { left: number; width: number } {
  const share = (time: number): number => Math.min(1, Math.max(0, (time - from) / (to - from)));
  const left = start === null ? 0 : share(start);
  return { left, width: Math.max(0.004, (end === null ? 1 : share(end)) - left) };
}

/** What two spans have in common; null where they cannot meet. */
export function common(one: Span, other: Span): Span | null {
  const latest = (a: number | null, b: number | null): number | null =>
    a === null ? b : b === null ? a : Math.max(a, b);
  const earliest = (a: number | null, b: number | null): number | null =>
    a === null ? b : b === null ? a : Math.min(a, b);
  const [start, end] = [latest(one.start, other.start), earliest(one.end, other.end)];
  return start !== null && end !== null && start >= end ? null : { start, end };
}

const STEPS: readonly [Step, number][] = [
  ['day', 1],
  ['week', 7],
  ['month', 30.4],
  ['year', 365],
];

/** At most about `most` marks on a frame: first days of days, weeks, months or years (UTC). */
export function marks({ from, to }: { from: number; to: number }, most: number): { at: number; words: string }[] {
  const days = (to - from) / DAY;
  const [step, length] = STEPS.find(([, each]) => days / each <= most) ?? ['year', 365];
  const every = Math.max(1, Math.ceil(days / length / most));
  const found: { at: number; words: string }[] = [];
  let last = -1;
  for (let day = Math.ceil(from / DAY), nth = 0; day * DAY < to; day += 1) {
    const first = beginning(day, step);
    if (first !== day || first === last) continue;
    last = first;
    if (nth++ % every === 0) {
      const text = dayText(day);
      found.push({
        at: day * DAY,
        words: step === 'year' ? text.slice(0, 4) : step === 'month' ? text.slice(0, 7) : text,
      });
    }
  }
  return found;
}
