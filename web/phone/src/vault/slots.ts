/**
 * The head of the phone: a salt, the name of the server's share, and two slots of equal length.
 *
 * One slot holds the root key of the phone, the other that of the empty phone which the duress code opens. Both are
 * always there: where no duress code was chosen, the other slot is random bytes, and nothing tells the two apart.
 */
import { type Bytes, fromBase64, fromUtf8, random, toBase64Url, utf8 } from './bytes';
import { KEY_BYTES, SALT_BYTES } from './keys';
import { SealError, seal, unseal } from './seal';

export interface Head {
  version: 1;
  salt: Bytes;
  /** Which share the server is to be asked for. */
  share: string;
  slots: [Bytes, Bytes];
}

export interface Slot {
  kind: 'real' | 'decoy';
  root: Bytes;
  /** Shown by the empty phone, which has no account to ask. */
  pin: string;
  ends: string | null;
}

/** Nonce, one round length, tag: what `seal` makes of any slot. */
const SLOT_BYTES = 12 + 256 + 16;
const NAME = utf8('underseal/slot/1');

export async function sealedSlot(key: CryptoKey, slot: Slot): Promise<Bytes> {
  const sealed = await seal(key, utf8(JSON.stringify({ ...slot, root: toBase64Url(slot.root) })), NAME);
  if (sealed.length !== SLOT_BYTES) throw new Error('A slot has outgrown its length.');
  return sealed;
}

/** A slot that no key opens. */
export const emptySlot = (): Bytes => random(SLOT_BYTES);

/** A head with a slot or two, in an order that says nothing. */
export function headOf(salt: Bytes, share: string, real: Bytes, decoy: Bytes | null): Head {
  const other = decoy ?? emptySlot();
  const first = (random(1)[0] as number) % 2 === 0;
  return { version: 1, salt, share, slots: first ? [real, other] : [other, real] };
}

/** The slot that a key opens, and which of the two it is; null when it opens neither. */
export async function openSlot(head: Head, key: CryptoKey): Promise<{ at: 0 | 1; slot: Slot } | null> {
  for (const at of [0, 1] as const) {
    try {
      const read = JSON.parse(fromUtf8(await unseal(key, head.slots[at], NAME))) as Slot & { root: string };
      return { at, slot: { ...read, root: fromBase64(read.root) } };
    } catch (fault) {
      if (!(fault instanceof SealError)) throw fault;
    }
  }
  return null;
}

export const newSalt = (): Bytes => random(SALT_BYTES);
export const newRoot = (): Bytes => random(KEY_BYTES);
