import { useSyncExternalStore } from 'react';

/** Records whose proof held in this sitting. Not kept: tomorrow's page has checked nothing yet. */
let proved: ReadonlySet<number> = new Set();
const listeners = new Set<() => void>();

export function setProved(number: number, ok: boolean): void {
  const next = new Set(proved);
  if (ok) next.add(number);
  else next.delete(number);
  proved = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useProved = (): ReadonlySet<number> => useSyncExternalStore(subscribe, () => proved);
