/** The app's own files, kept by a service worker; a new version waits until somebody restarts. */
import { Cell } from './cell';

/** Restarts into the version that waits; null while there is none. */
export const update = new Cell<(() => void) | null>(null);

export async function keepFiles(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const { serviceWorker } = navigator;
  const first = !serviceWorker.controller;
  const registration = await serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`);
  const offer = (worker: ServiceWorker | null): void => {
    if (!worker || first) return;
    update.set(() => worker.postMessage('take over'));
  };
  serviceWorker.addEventListener('controllerchange', () => !first && location.reload());
  offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => installing.state === 'installed' && offer(installing));
  });
}
