import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import type { Line } from '~/api/types';
import { useKeys } from '~/keys/keys';
import { findLine } from '~/logic/window';

import { firstInSight, numberOf } from './useAnchor';

interface Options {
  lines: readonly Line[];
  current: number | null;
  onCurrent: (number: number) => void;
  onProvenance: (number: number) => void;
  onSelect: (number: number) => void;
  onCite: (line: Line) => void;
}

/** The keys of a conversation: from message to message, and what can be done with one. */
export function useLineKeys(pane: RefObject<HTMLElement | null>, options: Options): void {
  const { t } = useTranslation();
  const { lines, current, onCurrent, onProvenance, onSelect, onCite } = options;

  const step = (by: number): void => {
    const at = lines.findIndex((line) => line.number === current);
    const seen = pane.current && numberOf(firstInSight(pane.current));
    const next = at === -1 ? seen : lines[at + by]?.number;
    if (next !== null && next !== undefined) onCurrent(next);
  };
  const withCurrent = (act: (number: number) => unknown) => () => (current === null ? false : act(current));

  useKeys(
    [
      { keys: 'j', words: t('keys.nextLine'), group: 'message', run: () => step(1) },
      { keys: 'k', words: t('keys.previousLine'), group: 'message', run: () => step(-1) },
      { keys: 'p', words: t('keys.provenance'), group: 'message', run: withCurrent(onProvenance) },
      { keys: 'x', words: t('keys.select'), group: 'message', run: withCurrent(onSelect) },
      {
        keys: 'c',
        words: t('keys.cite'),
        group: 'message',
        run: withCurrent((number) => {
          const line = findLine(lines, number);
          return line ? onCite(line) : false;
        }),
      },
      {
        keys: 'o',
        words: t('keys.openMedia'),
        group: 'message',
        run: withCurrent((number) => press(pane.current, number)),
      },
    ],
    pane,
  );
}

/** Press what a line opens with: its picture, its voice message, its fold. */
function press(pane: HTMLElement | null, number: number): unknown {
  const button = pane?.querySelector<HTMLElement>(`[data-line="${number}"] [data-opens]`);
  return button ? button.click() : false;
}
