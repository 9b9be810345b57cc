/** The phone's own database: one head that can be read before unlocking, and rows that cannot. */
import type { Bytes } from './bytes';

const NAME = 'underseal';
const HEAD = 'head';
const ROWS = 'rows';

/** One change of a row; without a value the row goes. */
export interface Change {
  key: Bytes;
  value?: Bytes;
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = (): void => resolve(request.result);
    request.onerror = (): void => reject(request.error ?? new Error('The database did not answer.'));
  });

const settled = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = (): void => resolve();
    transaction.onabort = (): void => reject(transaction.error ?? new Error('The database took nothing.'));
  });

export class Database {
  private constructor(private readonly opened: IDBDatabase) {}

  static async open(): Promise<Database> {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = (): void => {
      request.result.createObjectStore(HEAD);
      request.result.createObjectStore(ROWS);
    };
    return new Database(await done(request));
  }

  /** What may be read while the phone is locked; undefined on a fresh phone. */
  head<T>(name: string): Promise<T | undefined> {
    return done(this.opened.transaction(HEAD).objectStore(HEAD).get(name)) as Promise<T | undefined>;
  }

  async setHead(name: string, value: unknown): Promise<void> {
    const transaction = this.opened.transaction(HEAD, 'readwrite', { durability: 'strict' });
    transaction.objectStore(HEAD).put(value, name);
    await settled(transaction);
  }

  async dropHead(name: string): Promise<void> {
    const transaction = this.opened.transaction(HEAD, 'readwrite', { durability: 'strict' });
    transaction.objectStore(HEAD).delete(name);
    await settled(transaction);
  }

  /** Rows in the order asked for, all as of one moment. */
  rows(keys: readonly Bytes[]): Promise<(Bytes | undefined)[]> {
    const rows = this.opened.transaction(ROWS).objectStore(ROWS);
    return Promise.all(keys.map((key) => done(rows.get(key)) as Promise<Bytes | undefined>));
  }

  /** All changes or none. */
  async change(changes: readonly Change[]): Promise<void> {
    const transaction = this.opened.transaction(ROWS, 'readwrite');
    const rows = transaction.objectStore(ROWS);
    for (const { key, value } of changes) {
      if (value) rows.put(value, key);
      else rows.delete(key);
    }
    await settled(transaction);
  }

  async dropRows(): Promise<void> {
    const transaction = this.opened.transaction(ROWS, 'readwrite', { durability: 'strict' });
    transaction.objectStore(ROWS).clear();
    await settled(transaction);
  }

  close(): void {
    this.opened.close();
  }
}

/** Delete every database of this origin: ours and those of the Matrix library. */
export async function deleteDatabases(keep: (name: string) => boolean = () => false): Promise<void> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name && !keep(name));
  await Promise.all(names.map((name) => deleted(name)));
}

const deleted = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = (): void => resolve();
    // Another tab that still holds it open loses it as soon as that tab closes.
    request.onblocked = (): void => resolve();
    request.onerror = (): void => reject(request.error ?? new Error('The database could not be deleted.'));
  });

export const isOurs = (name: string): boolean => name === NAME;
