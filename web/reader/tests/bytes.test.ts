import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { fromBase64, fromHex, fromUnpadded, toHex, utf8 } from '../src/bytes/bytes';
import { decryptInPage, isCanonical, makeEngine, verifyInPage } from '../src/bytes/engine';
import { hmac, Sha256, sha256Hex } from '../src/bytes/sha256';
import { vectors } from './vectors';

describe('SHA-256', () => {
  it('and HMAC are those of Python', () => {
    for (const { text, sha256, hmac: mac } of vectors.digests) {
      expect(sha256Hex(utf8(text))).toBe(sha256);
      expect(toHex(hmac(utf8('k'.repeat(text.length)), utf8('text')))).toBe(mac);
    }
  });

  it('is the same however the bytes come', () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, at) => (at * 31) % 256);
    for (const piece of [1, 63, 64, 65, 1000]) {
      const digest = new Sha256();
      for (let at = 0; at < bytes.length; at += piece) digest.update(bytes.subarray(at, at + piece));
      expect(toHex(digest.digest())).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });
});

describe('texts of bytes', () => {
  it('are refused in any other form than their one', () => {
    for (const text of ['0', 'AB', 'zz', null]) expect(() => fromHex(text)).toThrow();
    expect(() => fromHex('00', 2)).toThrow();
    for (const text of ['A', 'AA', 'AA=', 'AB==', 'AA==\n', 'A-A=', null]) expect(() => fromBase64(text)).toThrow();
    expect(fromUnpadded('AA')).toEqual(Uint8Array.of(0));
    expect(() => fromUnpadded('AA==')).toThrow();
  });
});

describe('an engine', () => {
  it('says who computes what, and computes signatures alike', async () => {
    const browser = await makeEngine(crypto.subtle);
    const page = await makeEngine(undefined);
    expect(browser.by).toEqual({ ed25519: 'browser', aes: 'browser', sha256: 'both' });
    expect(page.by).toEqual({ ed25519: 'page', aes: 'page', sha256: 'page' });
  });

  it('takes no signature whose second half is not below the order of the group', () => {
    const signature = new Uint8Array(64);
    expect(isCanonical(signature)).toBe(true);
    signature.set(fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'), 32);
    expect(isCanonical(signature)).toBe(false);
    expect(verifyInPage(new Uint8Array(31), utf8(''), signature)).toBe(false);
  });

  it('refuses wrong padding', () => {
    expect(decryptInPage(new Uint8Array(32), new Uint8Array(16), new Uint8Array(16))).toBeNull();
  });
});
