import type { Range } from '~/api/types';

/** A run of text that is a match or lies between matches. */
export interface Run {
  text: string;
  match: boolean;
}

/** Cut `text` into runs at `ranges` (code points, end exclusive); overlapping and empty ranges are merged or dropped. */
export function runs(text: string, ranges: readonly Range[]): Run[] {
  if (ranges.length === 0) return text ? [{ text, match: false }] : [];
  const points = [...text];
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: Run[] = [];
  let at = 0;
  for (const [start, end] of sorted) {
    const from = Math.max(at, start);
    const to = Math.min(points.length, end);
    if (to <= from) continue;
    if (from > at) result.push({ text: points.slice(at, from).join(''), match: false });
    result.push({ text: points.slice(from, to).join(''), match: true });
    at = to;
  }
  if (at < points.length) result.push({ text: points.slice(at).join(''), match: false });
  return result;
}

/** How far before the first match an excerpt begins, and how long it is, in code points. */
const LEAD = 48;
const LENGTH = 320;

/** The runs around the first match: enough for two lines, with an ellipsis where text was left out. */
export function excerpt(text: string, ranges: readonly Range[]): Run[] {
  const points = [...text];
  const first = Math.min(...ranges.map(([start]) => start), points.length);
  const from = ranges.length > 0 && first > LEAD * 2 ? first - LEAD : 0;
  const to = Math.min(points.length, from + LENGTH);
  const part = points.slice(from, to).join('').replaceAll(/\s/g, ' ');
  const result = runs(
    part,
    ranges.map(([start, end]): Range => [start - from, Math.min(end, to) - from]),
  );
  if (from > 0) result.unshift({ text: '…', match: false });
  if (to < points.length) result.push({ text: '…', match: false });
  return result;
}
