import { useEffect, useState } from 'react';

import { isoIn } from '~/logic/zone';

/** Calls `act` with true when printing begins, with false when it ends. */
function onPrint(act: (printing: boolean) => void): () => void {
  const paper = matchMedia('print');
  const turn = (): void => act(paper.matches);
  paper.addEventListener('change', turn);
  return () => paper.removeEventListener('change', turn);
}

/** Paper is white: while printing, the light colours hold. */
export function useLightPaper(): void {
  useEffect(() => {
    const root = document.documentElement;
    let before: string | null = null;
    return onPrint((printing) => {
      if (printing) before = root.getAttribute('data-mantine-color-scheme');
      root.setAttribute('data-mantine-color-scheme', printing ? 'light' : (before ?? 'light'));
    });
  }, []);
}

/** When printing began last, as an ISO time of `zone`. */
export function usePrinted(zone: string): string | null {
  const [began, setBegan] = useState<string | null>(null);
  useEffect(() => onPrint((printing) => printing && setBegan(isoIn(Date.now(), zone))), [zone]);
  return began;
}
