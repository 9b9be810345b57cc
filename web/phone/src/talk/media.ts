/** Pictures and voice messages: fetched once, checked, kept sealed, and shown from memory. */
import { type MatrixClient, Method } from 'matrix-js-sdk';

import { decryptFile, FileError } from '~/crypto/file';
import type { Bytes } from '~/vault/bytes';
import type { Vault } from '~/vault/vault';

import type { Picture, Voice } from './model';

const TABLE = 'media';

/** More than the network takes; a server that sends more is cut off by the browser's memory no sooner. */
const LARGEST_BYTES = 32 * 2 ** 20;

export class Media {
  #waiting = new Map<string, Promise<Bytes>>();

  constructor(
    private readonly client: MatrixClient,
    private readonly vault: Vault,
  ) {}

  /** The file of a message, in clear. Throws FileError when it was changed, LineError-like faults without a line. */
  bytes(body: Voice | Picture): Promise<Bytes> {
    const { url } = body.file;
    const waiting = this.#waiting.get(url) ?? this.#fetch(body).finally(() => this.#waiting.delete(url));
    this.#waiting.set(url, waiting);
    return waiting;
  }

  /** The file of a message that waits in the outbox. */
  unsent(id: string): Promise<Bytes | undefined> {
    return this.vault.get<Bytes>(TABLE, id);
  }

  async #fetch(body: Voice | Picture): Promise<Bytes> {
    const kept = await this.vault.get<Bytes>(TABLE, body.file.url);
    if (kept) return kept;
    const [server, id] = body.file.url.slice('mxc://'.length).split('/') as [string, string];
    const path = `/media/download/${encodeURIComponent(server)}/${encodeURIComponent(id)}`;
    const blob = await this.client.http.authedRequest<Blob>(Method.Get, path, undefined, undefined, {
      prefix: '/_matrix/client/v1',
      rawResponseBody: true,
    });
    const sealed = new Uint8Array(await (blob as unknown as Response | Blob).arrayBuffer());
    if (sealed.length > LARGEST_BYTES) throw new FileError('The file is too large.');
    const plain = await decryptFile(sealed, body.file);
    await this.vault.put(TABLE, body.file.url, plain);
    return plain;
  }
}
