/** Stretch an unlock code. The worker ends with its one answer, and its 64 MiB with it. */
import type { Bytes } from './bytes';

/** How a code becomes 32 bytes: in a worker in the browser, directly in the unit tests. */
export type Stretch = (code: string, salt: Bytes) => Promise<Bytes>;

const started = (): Worker => new Worker(new URL('./argon.worker.ts', import.meta.url), { type: 'module' });

let waiting: Worker | null = null;

/** Start a worker while somebody types, so that it need not be fetched afterwards. */
export function prepare(): void {
  waiting ??= started();
}

export const stretch: Stretch = (code, salt) =>
  new Promise((resolve, reject) => {
    const worker = waiting ?? started();
    waiting = null;
    worker.onmessage = ({ data }: MessageEvent<Bytes>): void => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event): void => {
      worker.terminate();
      reject(new Error(event.message || 'The key could not be derived on this device.'));
    };
    // The same letters must give the same bytes whichever keyboard they come from.
    worker.postMessage({ code: code.normalize('NFC'), salt });
  });
