import { describe, expect, it } from 'vitest';

import type { ConversationPage, Line } from '~/api/types';
import {
  append,
  cursorAfter,
  cursorBefore,
  findLine,
  linesOf,
  MOST_PAGES,
  prepend,
  type Stretch,
} from '~/logic/window';

const line = (number: number): Line => ({ number, edits: [], redaction: null }) as unknown as Line;

function page(first: number, count = 10): ConversationPage {
  const lines = Array.from({ length: count }, (_, index) => line(first + index));
  return { lines, before: `b${first}`, after: `a${first + count - 1}` };
}

describe('a stretch', () => {
  it('stays bounded however far it is read, in both directions', () => {
    let stretch: Stretch = [page(0)];
    for (let at = 10; at < 1_000_000; at += 10_000) stretch = append(stretch, page(at));
    expect(stretch).toHaveLength(MOST_PAGES);
    for (let at = 0; at < 100; at += 1) stretch = prepend(stretch, page(at * 10));
    expect(stretch).toHaveLength(MOST_PAGES);
  });

  it('drops the far end and keeps the cursors of what is left', () => {
    let stretch: Stretch = [];
    for (let at = 0; at <= MOST_PAGES; at += 1) stretch = append(stretch, page(at * 10));
    expect(linesOf(stretch)[0]?.number).toBe(10);
    expect(cursorBefore(stretch)).toBe('b10');
    expect(cursorAfter(stretch)).toBe(`a${MOST_PAGES * 10 + 9}`);
    expect(cursorAfter(prepend(stretch, page(0)))).toBe(`a${MOST_PAGES * 10 - 1}`);
  });

  it('learns from an empty page that an end is reached', () => {
    const end = append([page(0)], { lines: [], before: null, after: null });
    expect(cursorAfter(end)).toBeNull();
    expect(cursorBefore(end)).toBe('b0');
    expect(linesOf(end)).toHaveLength(10);
  });

  it('finds the message of which a record is a later wording', () => {
    const edited = { ...line(3), edits: [{ number: 7 }] } as unknown as Line;
    expect(findLine([line(1), edited], 7)?.number).toBe(3);
    expect(findLine([line(1), edited], 8)).toBeUndefined();
  });
});
