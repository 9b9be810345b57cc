import { useSyncExternalStore } from 'react';

/**
 * Messages that were picked as evidence while reading, until a claim takes them up. In memory only, as numbers of records:
 * it says nothing that outlives the page.
 */
let picked: readonly number[] = [];
const listeners = new Set<() => void>();

function change(next: readonly number[]): void {
  picked = next;
  for (const listener of listeners) listener();
}

export function pick(number: number): void {
  if (!picked.includes(number)) change([...picked, number]);
}

export function putBack(number: number): void {
  change(picked.filter((each) => each !== number));
}

/** Take all that was picked. */
export function takePicked(): readonly number[] {
  const taken = picked;
  if (taken.length > 0) change([]);
  return taken;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePicked = (): readonly number[] => useSyncExternalStore(subscribe, () => picked);
