import { useEffect, useRef } from 'react';

/** Wishes that one part of the frame has of another: a button in a menu opens what a key opens too. */
const bus = new EventTarget();

function signal(name: string) {
  const send = (): void => void bus.dispatchEvent(new Event(name));
  const useSignal = (act: () => void): void => {
    const latest = useRef(act);
    useEffect(() => {
      latest.current = act;
    });
    useEffect(() => {
      const listen = (): void => latest.current();
      bus.addEventListener(name, listen);
      return () => bus.removeEventListener(name, listen);
    }, []);
  };
  return [send, useSignal] as const;
}

export const [askForHelp, useHelpRequests] = signal('help');
export const [askForPalette, usePaletteRequests] = signal('palette');
export const [askForQuery, useQueryRequests] = signal('query');
