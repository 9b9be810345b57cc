/**
 * Who computes signatures and AES: the browser (WebCrypto) where it can, else a library in this page.
 *
 * Ed25519 came to browsers late (Safari 17, Firefox 129, Chrome 137); before, tweetnacl does it, which was audited and needs no BigInt,
 * which Safari 13 lacks. WebCrypto is missing altogether where a browser does not count a file as a secure context.
 */
import aes from 'aes-js';
import nacl from 'tweetnacl';

import { equal, fromHex, toHex, utf8 } from './bytes';
import { sha256 } from './sha256';

export interface Engine {
  /** What computes each: the browser or this page. */
  readonly by: { readonly ed25519: Source; readonly aes: Source; readonly sha256: 'both' | 'page' };
  /** Whether `signature` (64 bytes) is that of the key (32 bytes) over the message: RFC 8032. */
  verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** AES-256-CBC with PKCS#7 padding; null where the padding is wrong. */
  decrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array | null>;
}
export type Source = 'browser' | 'page';

// RFC 8032 section 7.1, test 2.
const KNOWN = {
  key: fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'),
  message: Uint8Array.of(0x72),
  signature: fromHex(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ),
};
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

/** Thrown where what computes fails a known answer: then nothing of it may be believed. */
export class EngineError extends Error {}

/**
 * Find out what this browser can do, and hold each function against a known answer.
 *
 * @param subtle WebCrypto, where there is one
 */
export async function makeEngine(subtle: SubtleCrypto | undefined): Promise<Engine> {
  if (toHex(sha256(utf8('abc'))) !== ABC) throw new EngineError('SHA-256');
  const engine: Engine = {
    by: {
      ed25519: subtle && (await knowsEd25519(subtle)) ? 'browser' : 'page',
      aes: subtle ? 'browser' : 'page',
      sha256: subtle ? 'both' : 'page',
    },
    verify: (key, message, signature) =>
      !isCanonical(signature)
        ? Promise.resolve(false)
        : engine.by.ed25519 === 'browser'
          ? verifyInBrowser(subtle!, key, message, signature)
          : Promise.resolve(verifyInPage(key, message, signature)),
    decrypt: (key, iv, ciphertext) =>
      subtle ? decryptInBrowser(subtle, key, iv, ciphertext) : Promise.resolve(decryptInPage(key, iv, ciphertext)),
  };
  await test(engine, subtle);
  return engine;
}

async function test(engine: Engine, subtle: SubtleCrypto | undefined): Promise<void> {
  const long = new Uint8Array(1000).map((_, at) => at % 251);
  if (subtle && !equal(new Uint8Array(await subtle.digest('SHA-256', long)), sha256(long)))
    throw new EngineError('SHA-256');
  const { key, message, signature } = KNOWN;
  const forged = signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
  if (!(await engine.verify(key, message, signature)) || (await engine.verify(key, message, forged)))
    throw new EngineError('Ed25519');
}

async function knowsEd25519(subtle: SubtleCrypto): Promise<boolean> {
  try {
    return await verifyInBrowser(subtle, KNOWN.key, KNOWN.message, KNOWN.signature);
  } catch {
    return false;
  }
}

async function verifyInBrowser(
  subtle: SubtleCrypto,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const imported = await subtle.importKey('raw', own(key), { name: 'Ed25519' }, false, ['verify']);
  return subtle.verify({ name: 'Ed25519' }, imported, own(signature), own(message));
}

export const verifyInPage = (key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  key.length === 32 && signature.length === 64 && nacl.sign.detached.verify(message, signature, key);

const ORDER = fromHex('1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed');

/** Whether the second half is below the order of the group (RFC 8032 section 5.1.7, step 1), which tweetnacl does not ask. */
export function isCanonical(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  for (let at = 0; at < 32; at++) {
    const difference = signature[63 - at]! - ORDER[at]!;
    if (difference) return difference < 0;
  }
  return false;
}

async function decryptInBrowser(
  subtle: SubtleCrypto,
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | null> {
  const imported = await subtle.importKey('raw', own(key), 'AES-CBC', false, ['decrypt']);
  try {
    return new Uint8Array(await subtle.decrypt({ name: 'AES-CBC', iv: own(iv) }, imported, own(ciphertext)));
  } catch {
    return null;
  }
}

export function decryptInPage(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  const padded = new aes.ModeOfOperation.cbc(key, iv).decrypt(ciphertext);
  const count = padded[padded.length - 1] || 0;
  if (count < 1 || count > 16 || padded.slice(-count).some((byte) => byte !== count)) return null;
  return padded.slice(0, -count);
}

/** The same bytes in a buffer of their own, as WebCrypto's types ask for. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
