/** Where the Matrix library keeps the state of rooms and how far it has read: in the vault, and nowhere else. */
import { type ISyncResponse, MemoryStore, SyncAccumulator } from 'matrix-js-sdk';
import type { ISavedSync } from 'matrix-js-sdk/lib/store';

import type { Vault } from '~/vault/vault';

const TABLE = 'line';
const SYNC = 'sync';
const TO_DEVICE = 'to-device';

/** Encrypted events kept of each room, so that one which waits for its key is tried again after unlocking. */
const KEPT_EVENTS = 30;

type Batches = Parameters<MemoryStore['saveToDeviceBatches']>[0];

interface Outbox {
  next: number;
  waiting: { id: number; batch: Batches[number] }[];
}

export class SealedStore extends MemoryStore {
  #accumulator = new SyncAccumulator({ maxTimelineEntries: KEPT_EVENTS });
  #saved: ISavedSync | null = null;
  #dirty = false;
  #outbox: Outbox = { next: 1, waiting: [] };

  constructor(private readonly vault: Vault) {
    super();
  }

  override async startup(): Promise<void> {
    const [saved, batches] = await this.vault.many<unknown>(TABLE, [SYNC, TO_DEVICE]);
    this.#saved = (saved as ISavedSync | undefined) ?? null;
    if (batches) this.#outbox = batches as Outbox;
    if (this.#saved) {
      const { nextBatch, roomsData, accountData } = this.#saved;
      this.#accumulator.accumulate(
        { next_batch: nextBatch, rooms: roomsData, account_data: { events: accountData } } as ISyncResponse,
        true,
      );
    }
  }

  override setSyncData(data: ISyncResponse): Promise<void> {
    this.#accumulator.accumulate(data);
    this.#dirty = true;
    return Promise.resolve();
  }

  /** The library's own moments to save are not ours: see `keep`. */
  override wantsSave(): boolean {
    return false;
  }

  /** Seal how far was read. To be called when all of it is in the history, so that nothing is passed over. */
  async keep(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    await this.vault.put(TABLE, SYNC, this.#accumulator.getJSON(true));
  }

  override getSavedSync(): Promise<ISavedSync | null> {
    // The library changes what it is given; the accumulator keeps its own.
    return Promise.resolve(this.#saved && structuredClone(this.#accumulator.getJSON()));
  }

  override getSavedSyncToken(): Promise<string | null> {
    return Promise.resolve(this.#saved?.nextBatch ?? null);
  }

  override isNewlyCreated(): Promise<boolean> {
    return Promise.resolve(this.#saved === null);
  }

  /** Messages to devices, such as room keys, outlive a lock before they are sent. */
  override async saveToDeviceBatches(batches: Batches): Promise<void> {
    for (const batch of batches) this.#outbox.waiting.push({ id: this.#outbox.next++, batch });
    await this.vault.put(TABLE, TO_DEVICE, this.#outbox);
  }

  override getOldestToDeviceBatch(): ReturnType<MemoryStore['getOldestToDeviceBatch']> {
    const oldest = this.#outbox.waiting[0];
    return Promise.resolve(oldest ? { ...oldest.batch, id: oldest.id } : null);
  }

  override async removeToDeviceBatch(id: number): Promise<void> {
    this.#outbox.waiting = this.#outbox.waiting.filter((each) => each.id !== id);
    await this.vault.put(TABLE, TO_DEVICE, this.#outbox);
  }
}
