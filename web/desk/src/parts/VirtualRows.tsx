import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type Key,
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';

import type { VirtualListHandle } from './VirtualList';
import style from './VirtualList.module.css';

interface Props<T> {
  list: readonly T[];
  keyOf: (item: T) => Key;
  /** About how high a row is, in pixels; it is measured once it is there. */
  height: number;
  handle?: Ref<VirtualListHandle>;
  /** Told the first and the last place that is on the page. */
  onSight?: (first: number, last: number) => void;
  children: (item: T, index: number) => ReactNode;
}

/** What scrolls. */
const pageOf = (rows: HTMLElement | null): HTMLElement | null => rows?.closest('main') ?? null;

/** Rows of a page that scrolls as a whole: only those in sight are on the page, however many there are. */
export function VirtualRows<T>({ list, keyOf, height, handle, onSight, children }: Props<T>) {
  const rows = useRef<HTMLOListElement>(null);
  const above = useAbove(rows);
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: () => pageOf(rows.current),
    estimateSize: () => height,
    getItemKey: (index) => {
      const item = list[index];
      return item === undefined ? index : keyOf(item);
    },
    scrollMargin: above,
    overscan: 8,
  });
  useImperativeHandle(handle, () => ({ show: (index) => virtual.scrollToIndex(index, { align: 'auto' }) }), [virtual]);
  const shown = virtual.getVirtualItems();
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0];
  useEffect(() => onSight?.(first, last), [first, last, onSight]);
  return (
    <ol className={style.rows} ref={rows} style={{ height: virtual.getTotalSize() }}>
      {shown.map((row) => {
        const item = list[row.index];
        return item === undefined ? null : (
          <li
            key={row.key}
            ref={virtual.measureElement}
            data-index={row.index}
            aria-setsize={list.length}
            aria-posinset={row.index + 1}
            className={style.place}
            style={{ transform: `translateY(${row.start - above}px)` }}
          >
            {children(item, row.index)}
          </li>
        );
      })}
    </ol>
  );
}

/** How far below the top of the page the rows begin, in pixels: what stands above them may grow. */
function useAbove(rows: RefObject<HTMLElement | null>): number {
  const [above, setAbove] = useState(0);
  useLayoutEffect(() => {
    const [list, pane] = [rows.current, pageOf(rows.current)];
    if (!list || !pane) return;
    const measure = (): void => {
      const top = list.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
      setAbove(Math.round(top));
    };
    measure();
    const watch = new ResizeObserver(measure);
    if (pane.firstElementChild) watch.observe(pane.firstElementChild);
    return () => watch.disconnect();
  }, [rows]);
  return above;
}
