import type { ConversationPage, Line } from '~/api/types';

/**
 * The stretch of a conversation that the browser holds: a few pages in order. However long the conversation, no more
 * than `MOST_PAGES` are kept: the far end is dropped as the near end grows, and can be fetched again.
 */
export type Stretch = readonly ConversationPage[];

export const PAGE_LINES = 80;
export const MOST_PAGES = 6;

export const linesOf = (stretch: Stretch): Line[] => stretch.flatMap((page) => page.lines);

/** Cursor to what comes before the stretch; null at the beginning of the conversation. */
export const cursorBefore = (stretch: Stretch): string | null => stretch[0]?.before ?? null;

/** Cursor to what comes after the stretch; null at the end of the conversation. */
export const cursorAfter = (stretch: Stretch): string | null => stretch.at(-1)?.after ?? null;

/** `stretch` with `page` in front; the last page goes when there are too many. */
export function prepend(stretch: Stretch, page: ConversationPage): Stretch {
  if (page.lines.length === 0) return withFirst(stretch, { before: page.before });
  return [page, ...stretch].slice(0, MOST_PAGES);
}

/** `stretch` with `page` at the end; the first page goes when there are too many. */
export function append(stretch: Stretch, page: ConversationPage): Stretch {
  if (page.lines.length === 0) return withLast(stretch, { after: page.after });
  return [...stretch, page].slice(-MOST_PAGES);
}

function withFirst(stretch: Stretch, change: Partial<ConversationPage>): Stretch {
  return stretch.map((page, index) => (index === 0 ? { ...page, ...change } : page));
}

function withLast(stretch: Stretch, change: Partial<ConversationPage>): Stretch {
  return stretch.map((page, index) => (index === stretch.length - 1 ? { ...page, ...change } : page));
}

/** The line that shows record `number`: the record itself, or the message of which it is a later wording. */
export function findLine(lines: readonly Line[], number: number): Line | undefined {
  return (
    lines.find((line) => line.number === number) ??
    lines.find((line) => line.edits.some((edit) => edit.number === number) || line.redaction?.number === number)
  );
}
