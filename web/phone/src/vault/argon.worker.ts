/** Argon2id beside the page, so that the lock screen goes on answering while 64 MiB are worked through. */
import { argon2id } from 'hash-wasm';

import type { Bytes } from './bytes';
import { ARGON } from './keys';

interface Asked {
  code: string;
  salt: Bytes;
}

self.onmessage = async ({ data }: MessageEvent<Asked>): Promise<void> => {
  const stretched = await argon2id({
    password: data.code,
    salt: data.salt,
    memorySize: ARGON.memoryKiB,
    iterations: ARGON.passes,
    parallelism: ARGON.lanes,
    hashLength: ARGON.length,
    outputType: 'binary',
  });
  self.postMessage(stretched);
};
