import { useNavigate } from '@tanstack/react-router';
import { type MouseEvent, useCallback } from 'react';

/** Returns what a pane does on a click: the plain links to accounts in it lead there without loading the desk anew. */
export function useAccountLinks(): (event: MouseEvent) => void {
  const navigate = useNavigate();
  return useCallback(
    (event) => {
      const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      const link = plain && event.target instanceof Element ? event.target.closest('a[data-account]') : null;
      if (!(link instanceof HTMLElement)) return;
      event.preventDefault();
      void navigate({ to: '/accounts/$account', params: { account: link.dataset.account ?? '' } });
    },
    [navigate],
  );
}
