/**
 * The pages of a long result. However many were fetched, no more than `MOST_HELD` are kept: of those far from where one
 * looks only the length stays, and they are asked for again when one comes back.
 */
export interface Page<T> {
  hits: readonly T[];
  /** How many hits it had, once it was let go; missing while it is held. */
  gone?: number;
}

export const MOST_HELD = 10;

const lengthOf = (page: Page<unknown>): number => page.gone ?? page.hits.length;

/** All places of the result that are known, in order; undefined where the hit was let go. */
export function places<T>(pages: readonly Page<T>[]): (T | undefined)[] {
  return pages.flatMap((page): (T | undefined)[] =>
    page.gone === undefined ? [...page.hits] : new Array<undefined>(page.gone).fill(undefined),
  );
}

/** The first and the last page that lie between two places, both included. */
export function pagesBetween(pages: readonly Page<unknown>[], first: number, last: number): [number, number] {
  let end = 0;
  const ends = pages.map((page) => (end += lengthOf(page)));
  const pageOf = (place: number): number => ends.findIndex((past) => place < past);
  const until = pageOf(last);
  return [Math.max(0, pageOf(first)), until === -1 ? pages.length - 1 : until];
}

/** `pages` without the hits of those that are farthest from `near`; the same object when all of them may stay. */
export function letGo<T, P extends Page<T>>(pages: readonly P[], near: number): readonly P[] {
  const held = pages.flatMap((page, index) => (page.gone === undefined ? [index] : []));
  if (held.length <= MOST_HELD) return pages;
  const far = new Set(held.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near)).slice(MOST_HELD));
  return pages.map((page, index) => (far.has(index) ? { ...page, hits: [], gone: page.hits.length } : page));
}
