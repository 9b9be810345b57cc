import { describe, expect, it } from 'vitest';

import { toPoints, toUnits } from '~/logic/codepoints';
import { excerpt, runs } from '~/logic/excerpt';

describe('code points', () => {
  it('go to UTF-16 and back beyond the basic plane', () => {
    const text = 'a😀é𠮷b';
    expect(toUnits(text, 2)).toBe(3);
    expect(toPoints(text, 3)).toBe(2);
    for (let points = 0; points <= 5; points += 1) expect(toPoints(text, toUnits(text, points))).toBe(points);
    expect(toUnits(text, 99)).toBe(text.length);
  });
});

describe('runs', () => {
  it('cut at code points', () => {
    expect(runs('😀 haven', [[2, 7]])).toEqual([
      { text: '😀 ', match: false },
      { text: 'haven', match: true },
    ]);
  });

  it('survive ranges that overlap, are empty or end beyond the text', () => {
    const cut = runs('abcdef', [
      [4, 99],
      [1, 3],
      [2, 4],
      [3, 3],
    ]);
    expect(cut.map((run) => run.text).join('')).toBe('abcdef');
    expect(cut.filter((run) => run.match).map((run) => run.text)).toEqual(['bc', 'd', 'ef']);
  });
});

describe('excerpt', () => {
  it('begins before a match that stands far inside', () => {
    const text = `${'x'.repeat(5000)} needle ${'y'.repeat(5000)}`;
    const part = excerpt(text, [[5001, 5007]]);
    expect(part[0]?.text).toBe('…');
    expect(part.find((run) => run.match)?.text).toBe('needle');
    expect(part.at(-1)?.text).toBe('…');
  });

  it('shows a short text whole', () => {
    expect(
      excerpt('two words', [[4, 9]])
        .map((run) => run.text)
        .join(''),
    ).toBe('two words');
  });
});
