import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

import type { Line } from '~/api/types';
import { messagesBetween } from '~/logic/items';
import { dayOf } from '~/logic/moment';

import { firstInSight, numberOf } from './useAnchor';

/** How near to an end of what is held the next page is fetched, in pixels. */
const NEAR = 1600;

/** After this long without scrolling one is taken to read, in milliseconds. */
const REST = 1500;

export interface Sight {
  /** Days of the first and the last message in sight. */
  from: string;
  to: string;
}

interface Options {
  grow: (kind: 'before' | 'after') => void;
  note: () => void;
  onRest?: (number: number) => void;
}

/** What one has before one's eyes, told with every scroll; asks for more when an end comes near. */
export function useSight(pane: RefObject<HTMLElement | null>, lines: readonly Line[], options: Options) {
  const { grow, note, onRest } = options;
  const [sight, setSight] = useState<Sight | null>(null);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** The moment of the first line in sight, in milliseconds since 1970. */
  const moment = useRef<number | null>(null);

  const look = useCallback(() => {
    const element = pane.current;
    if (!element || lines.length === 0) return;
    if (element.scrollTop < NEAR) grow('before');
    else if (element.scrollHeight - element.clientHeight - element.scrollTop < NEAR) grow('after');
    note();
    const [first, last] = inSight(element, lines);
    if (!first || !last) return;
    moment.current = first.time.utc;
    const [earliest, latest] = messagesBetween(lines, first, last);
    const next = { from: dayOf(earliest.time.iso), to: dayOf(latest.time.iso) };
    setSight((old) => (old?.from === next.from && old.to === next.to ? old : next));
    clearTimeout(resting.current);
    if (onRest) resting.current = setTimeout(() => onRest(first.number), REST);
  }, [grow, lines, note, onRest, pane]);

  useEffect(() => look(), [look]);
  useEffect(() => () => clearTimeout(resting.current), []);
  return { sight, moment, look };
}

function inSight(pane: HTMLElement, lines: readonly Line[]): [Line?, Line?] {
  const number = numberOf(firstInSight(pane));
  const index = lines.findIndex((line) => line.number === number);
  const bottom = pane.getBoundingClientRect().bottom;
  const elements = pane.querySelectorAll('[data-line]');
  let last = index;
  while (last + 1 < elements.length && (elements[last + 1]?.getBoundingClientRect().top ?? Infinity) < bottom)
    last += 1;
  return [lines[index], lines[last]];
}
