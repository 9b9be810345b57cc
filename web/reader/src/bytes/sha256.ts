/**
 * SHA-256 (FIPS 180-4), HMAC (RFC 2104) and HKDF (RFC 5869), in plain JavaScript.
 *
 * The browser's own digest answers later, by a promise for each; a proof of twenty nodes cannot wait for twenty of them.
 * `engine.ts` holds this one against the browser's before anything is checked.
 */
import { concat, toHex } from './bytes';

const BLOCK = 64;

// The first 32 bits of the fractional parts of the square and cube roots of the first primes (FIPS 180-4, 4.2.2, 5.3.3).
const [START, ROUND] = constants();

function constants(): [Int32Array, Int32Array] {
  const start = new Int32Array(8);
  const round = new Int32Array(64);
  const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;
  for (let candidate = 2, found = 0; found < 64; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (!prime) continue;
    if (found < 8) start[found] = fraction(Math.sqrt(candidate));
    round[found++] = fraction(Math.cbrt(candidate));
  }
  return [start, round];
}

/** A digest that grows: `update` as often as there are bytes, then `digest` once. */
export class Sha256 {
  private readonly state = START.slice();
  private readonly words = new Int32Array(64);
  private readonly rest = new Uint8Array(BLOCK);
  private length = 0;

  update(bytes: Uint8Array): this {
    let at = 0;
    const open = this.length % BLOCK;
    this.length += bytes.length;
    if (open) {
      at = Math.min(BLOCK - open, bytes.length);
      this.rest.set(bytes.subarray(0, at), open);
      if (open + at < BLOCK) return this;
      this.compress(this.rest, 0);
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) this.compress(bytes, at);
    this.rest.set(bytes.subarray(at));
    return this;
  }

  digest(): Uint8Array {
    const bits = this.length * 8;
    const open = this.length % BLOCK;
    const last = new Uint8Array(open < BLOCK - 8 ? BLOCK : 2 * BLOCK);
    last.set(this.rest.subarray(0, open));
    last[open] = 0x80;
    const view = new DataView(last.buffer);
    view.setUint32(last.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(last.length - 4, bits >>> 0);
    for (let at = 0; at < last.length; at += BLOCK) this.compress(last, at);
    const out = new Uint8Array(32);
    const words = new DataView(out.buffer);
    for (let at = 0; at < 8; at++) words.setInt32(4 * at, this.state[at]!);
    return out;
  }

  private compress(bytes: Uint8Array, at: number): void {
    const { words, state } = this;
    for (let t = 0, p = at; t < 16; t++, p += 4)
      words[t] = (bytes[p]! << 24) | (bytes[p + 1]! << 16) | (bytes[p + 2]! << 8) | bytes[p + 3]!;
    for (let t = 16; t < 64; t++) {
      const x = words[t - 15]!;
      const y = words[t - 2]!;
      const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words[t] = (words[t - 16]! + small0 + words[t - 7]! + small1) | 0;
    }
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let d = state[3]!;
    let e = state[4]!;
    let f = state[5]!;
    let g = state[6]!;
    let h = state[7]!;
    for (let t = 0; t < 64; t++) {
      const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const first = (h + big1 + ((e & f) ^ (~e & g)) + ROUND[t]! + words[t]!) | 0;
      const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
    state[5]! += f;
    state[6]! += g;
    state[7]! += h;
  }
}

export function sha256(...parts: Uint8Array[]): Uint8Array {
  const digest = new Sha256();
  for (const part of parts) digest.update(part);
  return digest.digest();
}

export const sha256Hex = (...parts: Uint8Array[]): string => toHex(sha256(...parts));

export function hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const inner = new Uint8Array(BLOCK);
  inner.set(key.length > BLOCK ? sha256(key) : key);
  const outer = inner.map((byte) => byte ^ 0x5c);
  return sha256(
    outer,
    sha256(
      inner.map((byte) => byte ^ 0x36),
      ...parts,
    ),
  );
}

/** HKDF with no salt. */
export function hkdf(input: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const pseudorandom = hmac(new Uint8Array(32), input);
  let block = new Uint8Array(0);
  let out = new Uint8Array(0);
  for (let number = 1; out.length < length; number++) {
    block = hmac(pseudorandom, block, info, Uint8Array.of(number)) as typeof block;
    out = concat(out, block) as typeof out;
  }
  return out.slice(0, length);
}
