import { useRouterState } from '@tanstack/react-router';
import { useCallback, useState } from 'react';

/** How many places are remembered; the oldest go first. */
const MOST = 200;

/** Where one was in a list. In memory only: it says nothing that outlives the page, and nothing stands in storage. */
const kept = new Map<string, unknown>();

function keep(key: string, value: unknown): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
}

/**
 * Names a place by its step in the browser's history, so that "back" finds it and a fresh visit does not. A step keeps
 * its number when its address is replaced, as it is while one goes from hit to hit.
 */
export function useStep(): number {
  return useRouterState({ select: ({ location }) => location.state.__TSR_index });
}

/** What comes back when one comes back to this step: how far one had scrolled, which row one was at. */
export function useKept<T>(name: string, initial: T): [recall: () => T, keep: (value: T) => void] {
  const key = `${useStep()} ${name}`;
  const recall = useCallback(() => (kept.get(key) as T | undefined) ?? initial, [key, initial]);
  const store = useCallback((value: T) => keep(key, value), [key]);
  return [recall, store];
}

/** The same as state of a part. */
export function useKeptState<T>(name: string, initial: T): [T, (value: T) => void] {
  const [recall, store] = useKept(name, initial);
  const [value, setValue] = useState<T>(recall);
  const set = useCallback(
    (next: T) => {
      store(next);
      setValue(() => next);
    },
    [store],
  );
  return [value, set];
}
