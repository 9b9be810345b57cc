import type { Density, Gap } from '~/api/types';

import { dayNumber, dayText } from './days';

/** One row of the scrubber: `share` of the fullest row (0..1), the locked part of it, and whether the capture is missing. */
export interface Row {
  from: string;
  to: string;
  count: number;
  locked: number;
  share: number;
  lockedShare: number;
  gap: Gap | null;
}

/** Spread the days of a conversation over at most `most` rows of equal time. */
export function rows(density: Density, most: number): Row[] {
  const { days } = density;
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last || most < 1) return [];
  const start = dayNumber(first.day);
  const span = dayNumber(last.day) - start + 1;
  const per = Math.max(1, Math.ceil(span / most));
  const result: Row[] = [];
  let index = 0;
  for (let from = start; from < start + span; from += per) {
    const next = Math.min(from + per, start + span);
    let count = 0;
    let locked = 0;
    for (let day = days[index]; day && dayNumber(day.day) < next; day = days[++index]) {
      count += day.count;
      locked += day.locked;
    }
    const gap = density.gaps.find((hole) => dayNumber(hole.start.iso) < next && dayNumber(hole.end.iso) >= from);
    const row = { from: dayText(from), to: dayText(next - 1), count, locked, gap: gap ?? null };
    result.push({ ...row, share: 0, lockedShare: count ? locked / count : 0 });
  }
  const fullest = Math.max(...result.map((row) => row.count), 1);
  for (const row of result) row.share = row.count / fullest;
  return result;
}

/** Which row a day belongs to, or the nearest. */
export function rowOf(list: readonly Row[], day: string): number {
  const at = list.findIndex((row) => day <= row.to);
  return at === -1 ? list.length - 1 : at;
}
