/**
 * In and out of the vault: make it at enrolment, open it with a code and the server's share, empty it.
 *
 * The duress code destroys the share on the server, and every row here, before anything is shown.
 */
import { destroyShare, makeShares, share } from '~/line/network';

import type { Stretch } from './argon';
import { type Bytes, random } from './bytes';
import { Database, deleteDatabases, isOurs } from './database';
import { KEY_BYTES, slotKey, unlockProof, vaultKeys } from './keys';
import { emptySlot, type Head, headOf, newRoot, newSalt, openSlot, sealedSlot, type Slot } from './slots';
import { Vault } from './vault';

const HEAD = 'head';
const PENDING = 'pending';

export interface Opened {
  vault: Vault;
  kind: Slot['kind'];
  pin: string;
  ends: string | null;
  /** 32 bytes for the crypto store; zeroed by whoever opens it. */
  olm: Bytes;
  /** Proves to the server that the code was known: needed to destroy the share when the phone is wiped. */
  proof: Bytes;
}

export interface Enrolment {
  token: string;
  pin: string;
  ends: string | null;
  unlock: string;
  duress: string | null;
}

export class Door {
  constructor(
    private readonly stretch: Stretch,
    private database: Database,
  ) {}

  static async at(stretch: Stretch): Promise<Door> {
    return new Door(stretch, await Database.open());
  }

  async enrolled(): Promise<boolean> {
    return (await this.database.head<Head>(HEAD)) !== undefined;
  }

  /** The key that repeats an activation whose answer was lost. It is kept until the phone is enrolled. */
  async retryKey(): Promise<Bytes> {
    const kept = await this.database.head<Bytes>(PENDING);
    if (kept) return kept;
    const fresh = random(KEY_BYTES);
    await this.database.setHead(PENDING, fresh);
    return fresh;
  }

  /** Make the vault of a fresh account. Throws LineError when the server keeps no share for it. */
  async enrol(asked: Enrolment): Promise<Opened> {
    const salt = newSalt();
    const stretched = await this.stretch(asked.unlock, salt);
    const forced = asked.duress === null ? null : await this.stretch(asked.duress, salt);
    const proof = await unlockProof(stretched);
    const made = await makeShares(asked.token, proof, forced ? await unlockProof(forced) : random(KEY_BYTES));
    const slot = { root: newRoot(), pin: asked.pin, ends: asked.ends };
    const real = await sealedSlot(await slotKey(stretched, made.share), { ...slot, kind: 'real' });
    const decoy =
      forced && (await sealedSlot(await slotKey(forced, made.decoy), { ...slot, root: newRoot(), kind: 'decoy' }));
    await this.database.dropRows();
    await this.database.setHead(HEAD, headOf(salt, made.id, real, decoy));
    return this.#opened({ ...slot, kind: 'real' }, proof);
  }

  /** The activation is settled: what could repeat it goes. */
  settle(): Promise<void> {
    return this.database.dropHead(PENDING);
  }

  /**
   * Open the vault with a code.
   *
   * Throws LineError: `wrong-code`, `no-line`, or `share-gone`, after which nothing can open what lies here any more.
   */
  async unlock(code: string): Promise<Opened> {
    const { slot, proof } = await this.#through(code);
    return this.#opened(slot, proof);
  }

  /**
   * Which phone a code opens, for one that is open already.
   *
   * It goes the way of unlocking, past the server's limit of tries: a comparison here could be tried without end. So the duress code
   * does what it always does. Throws as `unlock`.
   */
  async confirm(code: string): Promise<Slot['kind']> {
    const { slot } = await this.#through(code);
    slot.root.fill(0);
    return slot.kind;
  }

  async #through(code: string): Promise<{ slot: Slot; proof: Bytes }> {
    const head = await this.#head();
    const stretched = await this.stretch(code, head.salt);
    const proof = await unlockProof(stretched);
    const half = await share(head.share, proof);
    const found = await openSlot(head, await slotKey(stretched, half));
    stretched.fill(0);
    half.fill(0);
    if (!found) throw new Error('The share of the server opens no slot of this phone.');
    if (found.slot.kind === 'decoy') await this.#forgetReal(head, found.at);
    return { slot: found.slot, proof };
  }

  /** Destroy the server's half: nothing here can be opened any more. Throws LineError when it cannot be reached. */
  async destroy(proof: Bytes): Promise<void> {
    await destroyShare((await this.#head()).share, proof);
  }

  /** Delete all that lies here. It could not be opened any more, or must not be. */
  async empty(): Promise<void> {
    this.database.close();
    await deleteDatabases();
    this.database = await Database.open();
  }

  async #head(): Promise<Head> {
    const head = await this.database.head<Head>(HEAD);
    if (!head) throw new Error('This phone is not enrolled.');
    return head;
  }

  /** The empty phone keeps its own slot; of the other nothing stays. */
  async #forgetReal(head: Head, decoy: 0 | 1): Promise<void> {
    const slots: Head['slots'] = [...head.slots];
    slots[decoy === 0 ? 1 : 0] = emptySlot();
    await this.database.setHead(HEAD, { ...head, slots });
    await deleteDatabases(isOurs);
  }

  async #opened(slot: Slot, proof: Bytes): Promise<Opened> {
    const keys = await vaultKeys(slot.root);
    slot.root.fill(0);
    const { kind, pin, ends } = slot;
    return { vault: new Vault(this.database, keys), kind, pin, ends, olm: keys.olm, proof };
  }
}
