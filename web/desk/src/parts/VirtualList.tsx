import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type ReactNode, type Ref, type RefObject, useCallback, useEffect, useImperativeHandle } from 'react';

import { useKept } from '~/app/kept';

import style from './VirtualList.module.css';

/** How many rows before its end a list asks for more. */
const AHEAD = 15;

/** What TanStack Query gives for a list that is fetched page by page. */
interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

/** How far one had scrolled, in pixels, and how high the rows above turned out to be. */
interface Scrolled {
  top: number;
  heights: VirtualItem[];
}

const NOWHERE: Scrolled = { top: 0, heights: [] };

export interface VirtualListHandle {
  /** Bring a row into sight, scrolling as little as it takes. */
  show: (index: number) => void;
}

interface Props<T> {
  pane: RefObject<HTMLDivElement | null>;
  label: string;
  /** What is listed: when one comes back to the same, one stands where one left. */
  name: string;
  list: readonly T[];
  pages: Pages;
  /** What an item is known by; its place where none is given, for lists in which nothing moves. */
  keyOf?: (item: T) => string | number;
  /** Told the first and the last place in sight. */
  onSight?: (first: number, last: number) => void;
  /** About how high a row is, in pixels; it is measured once it is there. */
  height: number;
  handle?: Ref<VirtualListHandle>;
  children: (item: T, index: number) => ReactNode;
  /** What stands before and below the rows: skeletons, errors, the end. */
  before?: ReactNode;
  after?: ReactNode;
}

/** A list of any length: only the rows in sight are on the page, and more are fetched as one goes on. */
export function VirtualList<T>(props: Props<T>) {
  const { pane, label, name, list, pages, keyOf, onSight, height, handle, children, before, after } = props;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = pages;
  const [recall, keep] = useKept(`scroll ${name}`, NOWHERE);
  const virtual = useVirtualizer({
    initialOffset: () => recall().top,
    initialMeasurementsCache: recall().heights,
    count: list.length,
    getScrollElement: () => pane.current,
    estimateSize: () => height,
    getItemKey: (index) => {
      const item = list[index];
      return item === undefined || !keyOf ? index : keyOf(item);
    },
    overscan: 8,
  });
  useImperativeHandle(handle, () => ({ show: (index) => virtual.scrollToIndex(index, { align: 'auto' }) }), [virtual]);
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    const wanted = last >= list.length - AHEAD && hasNextPage;
    if (wanted && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [last, list.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const first = rows[0]?.index ?? 0;
  useEffect(() => {
    if (list.length > 0) onSight?.(first, last);
  }, [first, last, list.length, onSight]);
  const note = useCallback(
    () => keep({ top: pane.current?.scrollTop ?? 0, heights: virtual.measurementsCache }),
    [keep, pane, virtual],
  );
  // A new step of the history that keeps the list (a hit was opened) begins where the one before was.
  useEffect(() => note(), [note]);
  // The keys that scroll act on the list at once, unless one was somewhere already.
  useEffect(() => {
    if (document.activeElement === document.body) pane.current?.focus({ preventScroll: true });
  }, [pane]);
  return (
    <div onScroll={note} className={style.list} ref={pane} tabIndex={0} role="region" aria-label={label}>
      {before}
      <div className={style.rows} style={{ height: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const item = list[row.index];
          return row.index >= list.length ? null : (
            <div
              key={row.key}
              // A row that stands for one that was let go keeps the height that was measured.
              ref={item === undefined ? undefined : virtual.measureElement}
              data-index={row.index}
              className={style.place}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {children(item as T, row.index)}
            </div>
          );
        })}
      </div>
      {after}
    </div>
  );
}
