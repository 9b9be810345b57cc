import { type RefObject, useCallback, useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';

/** The part of the pane, from its top, at which a line is put that one came for. */
const EYE_LEVEL = 0.28;

const lineElement = (pane: HTMLElement, number: number): HTMLElement | null =>
  pane.querySelector(`[data-line="${number}"]`);

/** The first line that is (partly) in sight. */
export function firstInSight(pane: HTMLElement): HTMLElement | null {
  const top = pane.getBoundingClientRect().top;
  const lines = pane.querySelectorAll<HTMLElement>('[data-line]');
  // Lines stand in order, so the first whose lower edge is below the pane's upper edge is found by halving.
  let from = 0;
  let to = lines.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const line = lines[middle];
    if (line && line.getBoundingClientRect().bottom > top + 1) to = middle;
    else from = middle + 1;
  }
  return lines[from] ?? null;
}

export const numberOf = (element: HTMLElement | null): number | null =>
  element?.dataset.line === undefined ? null : Number(element.dataset.line);

/** A line and how far below the top of its pane it stands, in pixels. */
interface Anchor {
  number: number;
  below: number;
}

function anchorOf(pane: HTMLElement, line: HTMLElement | null): Anchor | null {
  const number = numberOf(line);
  if (!line || number === null) return null;
  return { number, below: line.getBoundingClientRect().top - pane.getBoundingClientRect().top };
}

function restore(pane: HTMLElement, anchor: Anchor | null): void {
  const line = anchor && lineElement(pane, anchor.number);
  const now = line && anchorOf(pane, line);
  if (now) pane.scrollTop += now.below - anchor.below;
}

/**
 * Keeps what one reads where it is, while lines come and go above it and while the pane becomes wider or narrower,
 * and brings lines into sight.
 */
export function useAnchor(pane: RefObject<HTMLElement | null>) {
  const last = useRef<Anchor | null>(null);
  const width = useRef(0);

  /** Take note of where one reads: the line that has the focus, or else the first in sight. */
  const note = useCallback(() => {
    const element = pane.current;
    // Lines that have just become wider or narrower lie elsewhere until the place is restored: that is no reading.
    if (!element || element.clientWidth !== width.current) return;
    const focused = document.activeElement?.closest<HTMLElement>('[data-line]') ?? null;
    const anchor = focused && element.contains(focused) ? anchorOf(element, focused) : null;
    const seen = anchor && anchor.below >= 0 && anchor.below < element.clientHeight;
    last.current = seen ? anchor : anchorOf(element, firstInSight(element));
  }, [pane]);

  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== width.current) restore(element, last.current);
      width.current = element.clientWidth;
    });
    width.current = element.clientWidth;
    observer.observe(element);
    return () => observer.disconnect();
  }, [pane]);

  const hold = useCallback(
    (change: () => void) => {
      const element = pane.current;
      const anchor = element && anchorOf(element, firstInSight(element));
      flushSync(change);
      if (element) restore(element, anchor);
    },
    [pane],
  );

  /** Put a line at eye level; false when it is not on the page. */
  const reveal = useCallback(
    (number: number): boolean => {
      const element = pane.current;
      if (!element || !lineElement(element, number)) return false;
      restore(element, { number, below: element.clientHeight * EYE_LEVEL });
      return true;
    },
    [pane],
  );

  /** Give a line the focus, scrolling as little as it takes. */
  const focus = useCallback(
    (number: number) => {
      const line = pane.current && lineElement(pane.current, number);
      line?.focus({ preventScroll: true });
      line?.scrollIntoView({ block: 'nearest' });
      note();
    },
    [note, pane],
  );

  return { hold, reveal, focus, note };
}
