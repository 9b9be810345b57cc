/**
 * Every key of the phone, and what it is derived from.
 *
 *     unlock code, salt --Argon2id--> stretched (32 bytes, never leaves the phone, never stored)
 *     HKDF-SHA-256(stretched,          "underseal/unlock/1")  proof: the server keeps its SHA-256, and answers with the share
 *     HKDF-SHA-256(stretched || share, "underseal/vault/1")   opens a slot; the slot holds the root key
 *     HKDF-SHA-256(root,               "underseal/rows/1")    AES-256-GCM over every row
 *     HKDF-SHA-256(root,               "underseal/names/1")   HMAC-SHA-256 over the name of every row
 *     HKDF-SHA-256(root,               "underseal/olm/1")     key of the Matrix crypto store
 *
 * So a seized phone alone lacks the share, the server alone lacks the code and the salt, and neither can be tried
 * without the other's limit of tries.
 */
import { type Bytes, joined, utf8 } from './bytes';

/** RFC 9106, section 4, recommends 64 MiB and 3 passes where memory is short; one lane, since a worker has one thread. */
export const ARGON = { memoryKiB: 65536, passes: 3, lanes: 1, length: 32 } as const;

export const SALT_BYTES = 16;
export const KEY_BYTES = 32;

/** HKDF (RFC 5869) with SHA-256 and no salt: its input is a key already. */
async function hkdf(secret: Bytes, label: string): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(label) };
  return new Uint8Array(await crypto.subtle.deriveBits(info, key, KEY_BYTES * 8));
}

/** What proves to the server that the code was typed, and tells it nothing about the code. */
export const unlockProof = (stretched: Bytes): Promise<Bytes> => hkdf(stretched, 'underseal/unlock/1');

/** The key of a slot, from both halves. */
export async function slotKey(stretched: Bytes, share: Bytes): Promise<CryptoKey> {
  const both = joined(stretched, share);
  const raw = await hkdf(both, 'underseal/vault/1');
  both.fill(0);
  return sealing(raw);
}

export interface VaultKeys {
  readonly rows: CryptoKey;
  readonly names: CryptoKey;
  /** 32 bytes for the crypto store. The owner zeroes them after use. */
  readonly olm: Bytes;
}

export async function vaultKeys(root: Bytes): Promise<VaultKeys> {
  const names = await hkdf(root, 'underseal/names/1');
  return {
    rows: await sealing(await hkdf(root, 'underseal/rows/1')),
    names: await crypto.subtle.importKey('raw', names, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
    olm: await hkdf(root, 'underseal/olm/1'),
  };
}

/** An AES-256-GCM key that scripts cannot read back; its raw bytes are zeroed. */
async function sealing(raw: Bytes): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  raw.fill(0);
  return key;
}
