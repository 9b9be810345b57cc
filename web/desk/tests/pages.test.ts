import { describe, expect, it } from 'vitest';

import { letGo, MOST_HELD, type Page, pagesBetween, places } from '~/logic/pages';

const page = (from: number, count = 3): Page<number> => ({ hits: Array.from({ length: count }, (_, at) => from + at) });
const many = Array.from({ length: MOST_HELD + 4 }, (_, index) => page(index * 3));

describe('the pages of a long result', () => {
  it('are held up to a number, those nearest to where one looks', () => {
    const kept = letGo(many, 0);
    expect(kept.filter(({ gone }) => gone === undefined)).toHaveLength(MOST_HELD);
    expect(kept.slice(MOST_HELD).map(({ hits, gone }) => [hits.length, gone])).toEqual(
      many.slice(MOST_HELD).map(() => [0, 3]),
    );
    expect(letGo(many, many.length - 1)[0]).toEqual({ hits: [], gone: 3 });
  });

  it('stay the same object while none has to go', () => {
    const few = many.slice(0, MOST_HELD);
    expect(letGo(few, 0)).toBe(few);
    const kept = letGo(many, 0);
    expect(letGo(kept, 0)).toBe(kept);
  });

  it('keep the place of every hit, held or let go', () => {
    const shown = places([{ hits: [], gone: 3 }, page(3), page(6, 1)]);
    expect(shown).toEqual([undefined, undefined, undefined, 3, 4, 5, 6]);
  });

  it('are found by the places that lie in them', () => {
    const pages = [{ hits: [], gone: 3 }, page(3), page(6, 1)];
    expect(pagesBetween(pages, 0, 2)).toEqual([0, 0]);
    expect(pagesBetween(pages, 2, 3)).toEqual([0, 1]);
    expect(pagesBetween(pages, 5, 6)).toEqual([1, 2]);
    expect(pagesBetween(pages, 6, 99)).toEqual([2, 2]);
  });
});
