/** AES-256-GCM with a random nonce of 12 bytes before the ciphertext; lengths are rounded up, so that they say little. */
import { type Bytes, joined, random } from './bytes';

const NONCE_BYTES = 12;

/** Sealed lengths are multiples of this. */
const ROUND_BYTES = 256;

/** The plaintext was not sealed under this key and name, or was changed since. */
export class SealError extends Error {
  override name = 'SealError';
}

/** Seal bytes under a name: what is moved to another name does not open. */
export async function seal(key: CryptoKey, plain: Uint8Array, name: Bytes): Promise<Bytes> {
  const iv = random(NONCE_BYTES);
  const params = { name: 'AES-GCM', iv, additionalData: name };
  return joined(iv, new Uint8Array(await crypto.subtle.encrypt(params, key, padded(plain))));
}

/** Throws SealError. */
export async function unseal(key: CryptoKey, sealed: Uint8Array, name: Bytes): Promise<Bytes> {
  const params = { name: 'AES-GCM', iv: sealed.slice(0, NONCE_BYTES), additionalData: name };
  try {
    return unpadded(new Uint8Array(await crypto.subtle.decrypt(params, key, sealed.slice(NONCE_BYTES))));
  } catch (fault) {
    throw new SealError('This was not sealed under this key.', { cause: fault });
  }
}

/** Four bytes of length, the plaintext, zeroes up to the next round length. */
function padded(plain: Uint8Array): Bytes {
  const whole = new Uint8Array(Math.ceil((4 + plain.length) / ROUND_BYTES) * ROUND_BYTES);
  new DataView(whole.buffer).setUint32(0, plain.length);
  whole.set(plain, 4);
  return whole;
}

function unpadded(whole: Bytes): Bytes {
  const length = new DataView(whole.buffer).getUint32(0);
  if (length > whole.length - 4) throw new SealError('The length of a sealed row is wrong.');
  return whole.slice(4, 4 + length);
}
