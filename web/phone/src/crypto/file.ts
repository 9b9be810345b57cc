/** Attachments: EncryptedFile version 2 (Matrix client-server API, "Sending encrypted attachments"), AES-CTR and SHA-256. */
import { type Bytes, fromBase64, random, toBase64Url } from '~/vault/bytes';

export interface EncryptedFile {
  v: 'v2';
  url: string;
  key: { alg: 'A256CTR'; ext: true; k: string; key_ops: ['encrypt', 'decrypt']; kty: 'oct' };
  iv: string;
  hashes: { sha256: string };
}

/** The file that was fetched is not the one that was sent. */
export class FileError extends Error {
  override name = 'FileError';
}

const COUNTER_BITS = 64;

const unpadded = (bytes: Uint8Array): string => toBase64Url(bytes).replaceAll('-', '+').replaceAll('_', '/');

const params = (iv: Bytes): AesCtrParams => ({ name: 'AES-CTR', counter: iv, length: COUNTER_BITS });

/** Encrypt a file under a key of its own. */
export async function encryptFile(plain: Bytes): Promise<{ sealed: Bytes; file: Omit<EncryptedFile, 'url'> }> {
  const raw = random(32);
  // The lower half counts the blocks and begins at 0, so that it cannot overflow.
  const iv = new Uint8Array(16);
  iv.set(random(8));
  const key = await crypto.subtle.importKey('raw', raw, 'AES-CTR', false, ['encrypt']);
  const sealed = new Uint8Array(await crypto.subtle.encrypt(params(iv), key, plain));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', sealed));
  return {
    sealed,
    file: {
      v: 'v2',
      key: { alg: 'A256CTR', ext: true, k: toBase64Url(raw), key_ops: ['encrypt', 'decrypt'], kty: 'oct' },
      iv: unpadded(iv),
      hashes: { sha256: unpadded(digest) },
    },
  };
}

/** Decrypt what was fetched. Throws FileError when the digest is not the one in the message. */
export async function decryptFile(sealed: Bytes, file: EncryptedFile): Promise<Bytes> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', sealed));
  if (unpadded(digest) !== file.hashes.sha256.replaceAll('=', ''))
    throw new FileError('The file was changed on its way.');
  const key = await crypto.subtle.importKey('raw', fromBase64(file.key.k), 'AES-CTR', false, ['decrypt']);
  return new Uint8Array(await crypto.subtle.decrypt(params(fromBase64(file.iv)), key, sealed));
}

/** Whether a value from a message has the shape of an EncryptedFile: what others send is not to be trusted. */
export function isEncryptedFile(value: unknown): value is EncryptedFile {
  const file = value as Partial<EncryptedFile> | null;
  return (
    typeof file === 'object' &&
    file?.v === 'v2' &&
    typeof file.url === 'string' &&
    /^mxc:\/\/[^/]+\/[\w-]+$/.test(file.url) &&
    typeof file.iv === 'string' &&
    typeof file.key?.k === 'string' &&
    file.key.alg === 'A256CTR' &&
    typeof file.hashes?.sha256 === 'string'
  );
}
