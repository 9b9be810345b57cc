/**
 * Megolm, as far as a pack needs it (docs/formats/disclosure-pack.md, "The key of one message").
 *
 * A message: 0x03 | 0x08 index | 0x12 length ciphertext | MAC (8 bytes) | Ed25519 signature (64 bytes).
 * An exported session: 0x01 | index (4, big-endian) | ratchet (4 x 32) | Ed25519 public key (32).
 */
import { concat, equal, utf8 } from './bytes';
import { hkdf, hmac } from './sha256';

export const MESSAGE_KEY_BYTES = 80;
const EXPORT_BYTES = 165;

export interface MegolmMessage {
  index: number;
  ciphertext: Uint8Array;
  /** All before the MAC. */
  authenticated: Uint8Array;
  mac: Uint8Array;
  /** All before the signature. */
  signed: Uint8Array;
  signature: Uint8Array;
}

/** Read a message that is exactly its own encoding; null for anything else. */
export function parseMessage(bytes: Uint8Array): MegolmMessage | null {
  const end = bytes.length - 72;
  if (end < 4 || bytes[0] !== 3 || bytes[1] !== 8) return null;
  const body = bytes.subarray(0, end);
  const index = varint(body, 2);
  if (!index || index.value >= 2 ** 32 || body[index.next] !== 0x12) return null;
  const length = varint(body, index.next + 1);
  if (!length || !length.value || length.value % 16 || length.value !== end - length.next) return null;
  return {
    index: index.value,
    ciphertext: body.subarray(length.next),
    authenticated: body,
    mac: bytes.subarray(end, end + 8),
    signed: bytes.subarray(0, end + 8),
    signature: bytes.subarray(end + 8),
  };
}

/** A number in groups of seven bits, the lowest first, in its shortest form. */
function varint(bytes: Uint8Array, at: number): { value: number; next: number } | null {
  let value = 0;
  for (let count = 0; count < 5 && at + count < bytes.length; count++) {
    const byte = bytes[at + count]!;
    value += (byte & 0x7f) * 2 ** (7 * count);
    if (byte < 0x80) return !byte && count ? null : { value, next: at + count + 1 };
  }
  return null;
}

/** Whether a message key (80 bytes) authenticates the message. */
export const authenticates = (key: Uint8Array, message: MegolmMessage): boolean =>
  equal(hmac(key.subarray(32, 64), message.authenticated).subarray(0, 8), message.mac);

export interface ExportedSession {
  index: number;
  ratchet: Uint8Array[];
  key: Uint8Array;
}

export function parseExported(bytes: Uint8Array): ExportedSession | null {
  if (bytes.length !== EXPORT_BYTES || bytes[0] !== 1) return null;
  const index = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  const ratchet = [0, 1, 2, 3].map((part) => bytes.slice(5 + 32 * part, 37 + 32 * part));
  return { index, ratchet, key: bytes.slice(133) };
}

/** Run a ratchet forward to a later index, in at most some 1,000 hashes; the session itself stays as it is. */
export function advanced(session: ExportedSession, target: number): ExportedSession {
  const parts = session.ratchet.slice();
  let { index } = session;
  for (let part = 0; part < 4; part++) {
    const unit = 2 ** (8 * (3 - part));
    const steps = Math.floor(target / unit) - Math.floor(index / unit);
    if (!steps) continue;
    for (let step = 1; step < steps; step++) parts[part] = hashed(parts[part]!, part);
    for (let lower = 3; lower >= part; lower--) parts[lower] = hashed(parts[part]!, lower);
    index = Math.floor(target / unit) * unit;
  }
  return { ...session, index: target, ratchet: parts };
}

const hashed = (part: Uint8Array, number: number): Uint8Array => hmac(part, Uint8Array.of(number));

/** The key of the message at the session's index. */
export const messageKey = (session: ExportedSession): Uint8Array =>
  hkdf(concat(...session.ratchet), utf8('MEGOLM_KEYS'), MESSAGE_KEY_BYTES);
