import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

/** Work that one starts, waits for and can stop; it stops by itself when one leaves. */
export function useWork<T>(ask: (signal: AbortSignal) => Promise<T>, onSuccess?: (found: T) => void) {
  const work = useRef<AbortController>(null);
  useEffect(() => () => work.current?.abort(), []);
  const { mutate, reset, ...state } = useMutation({
    mutationFn: () => {
      work.current?.abort();
      work.current = new AbortController();
      return ask(work.current.signal);
    },
    onSuccess,
  });
  const stop = (): void => {
    // What was stopped is no error: nothing of it is shown.
    reset();
    work.current?.abort();
  };
  return { ...state, run: () => mutate(), stop };
}
