import type { Bucket } from '~/api/types';

/** Days are counted as whole numbers since 1970-01-01, so that no time zone of the browser comes in. */
export function dayNumber(day: string): number {
  return Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8, 10)) / 86_400_000;
}

export function dayText(number: number): string {
  return new Date(number * 86_400_000).toISOString().slice(0, 10);
}

export type Step = 'day' | 'week' | 'month' | 'year';

/** One bar: what happened from `from` to `to`, both days included. */
export interface Bar {
  from: string;
  to: string;
  count: number;
  locked: number;
}

/** First day of the step in which `day` lies: weeks begin on Monday. */
export function beginning(day: number, step: Step): number {
  if (step === 'day') return day;
  if (step === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  const text = dayText(day);
  return dayNumber(step === 'month' ? `${text.slice(0, 7)}-01` : `${text.slice(0, 4)}-01-01`);
}

function following(start: number, step: Step): number {
  if (step === 'day') return start + 1;
  if (step === 'week') return start + 7;
  return beginning(start + (step === 'month' ? 31 : 366), step);
}

/** The finest step with which the span from `first` to `last` needs at most `most` bars. */
export function stepFor(first: number, last: number, most: number): Step {
  const span = last - first + 1;
  if (span <= most) return 'day';
  if (span / 7 <= most) return 'week';
  return span / 30.4 <= most ? 'month' : 'year';
}

/** Bars without holes from the first to the last day; a day without messages is a bar of none. */
export function bars(days: readonly Bucket[], most: number): { step: Step; bars: Bar[] } {
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return { step: 'day', bars: [] };
  const start = dayNumber(first.day);
  const end = dayNumber(last.day);
  const step = stepFor(start, end, most);
  const result: Bar[] = [];
  let index = 0;
  for (let from = beginning(start, step); from <= end; from = following(from, step)) {
    const next = following(from, step);
    const bar: Bar = { from: dayText(from), to: dayText(next - 1), count: 0, locked: 0 };
    for (let bucket = days[index]; bucket && dayNumber(bucket.day) < next; bucket = days[++index]) {
      bar.count += bucket.count;
      bar.locked += bucket.locked;
    }
    result.push(bar);
  }
  return { step, bars: result };
}
