/**
 * Everything that the phone keeps, sealed: rows with a table and an id, of which neither can be read without the keys.
 *
 * The database sees a key of 32 bytes, HMAC-SHA-256 over table and id, and a value that opens under that key alone.
 */
import { Turn } from '~/app/turn';

import { type Bytes, fromUtf8, joined, utf8 } from './bytes';
import type { Change, Database } from './database';
import type { VaultKeys } from './keys';
import { seal, unseal } from './seal';

/** One change to make: without a value the row goes. */
export interface Write {
  table: string;
  id: string;
  value?: unknown;
}

/** Rows of bytes, such as pictures, begin with this sign; JSON never does. */
const RAW = 0;

export class Vault {
  #names: CryptoKey | null;
  #rows: CryptoKey | null;
  #turn = new Turn();

  constructor(
    private readonly database: Database,
    keys: VaultKeys,
  ) {
    this.#names = keys.names;
    this.#rows = keys.rows;
  }

  async get<T>(table: string, id: string): Promise<T | undefined> {
    return (await this.many<T>(table, [id]))[0];
  }

  /** Rows in the order asked for. Throws SealError when one was changed from outside. */
  async many<T>(table: string, ids: readonly string[]): Promise<(T | undefined)[]> {
    const keys = await Promise.all(ids.map((id) => this.#name(table, id)));
    const found = await this.database.rows(keys);
    return Promise.all(found.map((sealed, at) => (sealed ? this.#open<T>(sealed, keys[at] as Bytes) : undefined)));
  }

  put(table: string, id: string, value: unknown): Promise<void> {
    return this.write([{ table, id, value }]);
  }

  delete(table: string, id: string): Promise<void> {
    return this.write([{ table, id }]);
  }

  /** All or nothing, in the order of the calls; of two changes to one row, the later holds. */
  async write(writes: readonly Write[]): Promise<void> {
    if (!writes.length) return;
    const changes = Promise.all(writes.map((each) => this.#change(each)));
    await this.#turn.take(async () => this.database.change(await changes));
  }

  /** Forget the keys. Nothing can be read or written any more. */
  close(): void {
    this.#names = null;
    this.#rows = null;
    this.database.close();
  }

  async #change({ table, id, value }: Write): Promise<Change> {
    const key = await this.#name(table, id);
    if (value === undefined) return { key };
    const plain = value instanceof Uint8Array ? joined(Uint8Array.of(RAW), value) : utf8(JSON.stringify(value));
    return { key, value: await seal(held(this.#rows), plain, key) };
  }

  async #open<T>(sealed: Bytes, key: Bytes): Promise<T> {
    const plain = await unseal(held(this.#rows), sealed, key);
    return (plain[0] === RAW ? plain.slice(1) : JSON.parse(fromUtf8(plain))) as T;
  }

  async #name(table: string, id: string): Promise<Bytes> {
    const name = utf8(`${table}\0${id}`);
    return new Uint8Array(await crypto.subtle.sign('HMAC', held(this.#names), name));
  }
}

function held(key: CryptoKey | null): CryptoKey {
  if (!key) throw new Error('The phone is locked.');
  return key;
}
