import { type RefObject, useCallback } from 'react';
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

/** Keeps what one reads where it is while lines come and go above it, and brings lines into sight. */
export function useAnchor(pane: RefObject<HTMLElement | null>) {
  const hold = useCallback(
    (change: () => void) => {
      const element = pane.current;
      const anchor = element && firstInSight(element);
      if (!element || !anchor) return flushSync(change);
      const number = numberOf(anchor);
      const before = anchor.getBoundingClientRect().top;
      flushSync(change);
      const after = number === null ? null : lineElement(element, number);
      if (after) element.scrollTop += after.getBoundingClientRect().top - before;
    },
    [pane],
  );

  /** Put a line at eye level; false when it is not on the page. */
  const reveal = useCallback(
    (number: number): boolean => {
      const element = pane.current;
      const line = element && lineElement(element, number);
      if (!element || !line) return false;
      const offset = line.getBoundingClientRect().top - element.getBoundingClientRect().top;
      element.scrollTop += offset - element.clientHeight * EYE_LEVEL;
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
    },
    [pane],
  );

  return { hold, reveal, focus };
}
