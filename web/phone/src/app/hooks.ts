import { createContext, use, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';

import { kindOf, LineError } from '~/line/errors';
import { language, say, type Word } from '~/words';

import type { Cell } from './cell';
import type { Nav } from './nav';
import type { Phone } from './phone';
import type { Session } from './session';

export const useCell = <T>(cell: Cell<T>): T => useSyncExternalStore(cell.watch, cell.get);

/** Shown again in another language. */
export const useWords = (): string => useCell(language);

export const SessionContext = createContext<Session | null>(null);
export const PhoneContext = createContext<{ phone: Phone; nav: Nav } | null>(null);

const there = <T>(value: T | null): T => {
  if (value === null) throw new Error('This part is shown outside of its context.');
  return value;
};

export const useSession = (): Session => there(use(SessionContext));
export const usePhone = (): Phone => there(use(PhoneContext)).phone;
export const useNav = (): Nav => there(use(PhoneContext)).nav;

/** What a fault is in words. */
export function faultWords(fault: unknown): string {
  const kind = kindOf(fault);
  const error = fault instanceof LineError ? fault : null;
  const reason = fault instanceof Error ? fault.message : '';
  return say(`fault.${kind}` as Word, { reason, minutes: Math.max(1, Math.ceil((error?.left ?? 60_000) / 60_000)) });
}

export interface Work {
  busy: boolean;
  /** In words; null when it went well. */
  fault: string | null;
  run(work: () => Promise<void>): void;
  clear(): void;
}

/** Something that takes a while, once at a time, with the words for what went wrong. */
export function useWork(words: (fault: unknown) => string = faultWords): Work {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => void (here.current = false);
  }, []);
  const run = useCallback(
    (work: () => Promise<void>) => {
      setBusy(true);
      setFault(null);
      work()
        .catch((thrown: unknown) => here.current && setFault(words(thrown)))
        .finally(() => here.current && setBusy(false));
    },
    [words],
  );
  return { busy, fault, run, clear: useCallback(() => setFault(null), []) };
}

/** Focus a screen's heading when it comes, so that it is read out. */
export function useHeading(): React.RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}
