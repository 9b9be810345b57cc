/**
 * Room keys as Matrix clients export them (client-server API 1.16, "Key exports"). Between two marker lines stands, in base64:
 *
 *     version 0x01 (1 byte) | salt (16) | iv (16) | rounds (4, big-endian) | ciphertext | HMAC-SHA-256 of all before (32)
 *
 * PBKDF2-HMAC-SHA-512(passphrase, salt, rounds) gives 64 bytes: the AES-256 key, then the HMAC key.
 */
import { type Bytes, joined, random, utf8 } from '~/vault/bytes';

const HEADER = '-----BEGIN MEGOLM SESSION DATA-----';
const TRAILER = '-----END MEGOLM SESSION DATA-----';

/** As many as Element takes, and `core/crypto/key_export.py`. */
const ROUNDS = 500_000;

const KEY_BYTES = 32;
const COUNTER_BITS = 64;

/** What 96 signs of base64 hold. */
const LINE_BYTES = 72;

/** Seal a JSON list of sessions under a passphrase. */
export async function sealExport(sessions: string, passphrase: string): Promise<string> {
  const [salt, iv] = [random(16), random(16)];
  // "Bit 63 of iv set to 0": libraries differ in the width of the counter, so it must not overflow.
  iv[8] = (iv[8] as number) & 0x7f;
  const { cipher, mac } = await derived(passphrase, salt);
  const params = { name: 'AES-CTR', counter: iv, length: COUNTER_BITS };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(params, cipher, utf8(sessions)));
  const rounds = new Uint8Array(4);
  new DataView(rounds.buffer).setUint32(0, ROUNDS);
  const body = joined(Uint8Array.of(1), salt, iv, rounds, sealed);
  return armoured(joined(body, new Uint8Array(await crypto.subtle.sign('HMAC', mac, body))));
}

async function derived(passphrase: string, salt: Bytes): Promise<{ cipher: CryptoKey; mac: CryptoKey }> {
  const word = await crypto.subtle.importKey('raw', utf8(passphrase), 'PBKDF2', false, ['deriveBits']);
  const params = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations: ROUNDS };
  const keys = new Uint8Array(await crypto.subtle.deriveBits(params, word, 2 * KEY_BYTES * 8));
  const cipher = await crypto.subtle.importKey('raw', keys.slice(0, KEY_BYTES), 'AES-CTR', false, ['encrypt']);
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const mac = await crypto.subtle.importKey('raw', keys.slice(KEY_BYTES), hmac, false, ['sign']);
  keys.fill(0);
  return { cipher, mac };
}

function armoured(bytes: Bytes): string {
  const lines = Array.from({ length: Math.ceil(bytes.length / LINE_BYTES) }, (_, at) =>
    btoa(String.fromCharCode(...bytes.subarray(at * LINE_BYTES, (at + 1) * LINE_BYTES))),
  );
  return [HEADER, ...lines, TRAILER, ''].join('\n');
}
