import { describe, expect, it } from 'vitest';

import { fromBase64, fromUnpadded, fromUtf8 } from '../src/bytes/bytes';
import { makeEngine } from '../src/bytes/engine';
import { advanced, authenticates, messageKey, parseExported, parseMessage } from '../src/bytes/megolm';
import { vectors } from './vectors';

const { session, exported, messages } = vectors.megolm;
const whole = parseExported(fromUnpadded(exported))!;

describe('a message of vodozemac', () => {
  it('is signed, authenticated and decrypted, by the browser and by this page alike', async () => {
    for (const engine of [await makeEngine(crypto.subtle), await makeEngine(undefined)])
      for (const { index, text, ciphertext, key } of messages) {
        const message = parseMessage(fromBase64(ciphertext))!;
        const keys = fromBase64(key);
        expect(message.index).toBe(index);
        expect(await engine.verify(fromUnpadded(session), message.signed, message.signature)).toBe(true);
        expect(authenticates(keys, message)).toBe(true);
        const plain = await engine.decrypt(keys.subarray(0, 32), keys.subarray(64), message.ciphertext);
        expect(fromUtf8(plain!)).toBe(text);
      }
  });

  it('with any one byte changed is no message, or not signed', async () => {
    const engine = await makeEngine(crypto.subtle);
    const bytes = fromBase64(messages[3]!.ciphertext);
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 4;
      const message = parseMessage(changed);
      if (message) expect(await engine.verify(fromUnpadded(session), message.signed, message.signature)).toBe(false);
    }
    for (let length = 0; length < bytes.length; length++) expect(parseMessage(bytes.subarray(0, length))).toBeNull();
  });

  it('does not open with the key of its neighbour', () => {
    expect(authenticates(fromBase64(messages[1]!.key), parseMessage(fromBase64(messages[0]!.ciphertext))!)).toBe(false);
  });
});

describe('a session', () => {
  it('leads to the key of each of its messages, from any index before', () => {
    for (const { index, key } of messages) {
      expect(messageKey(advanced(whole, index))).toEqual(fromBase64(key));
      if (index >= 255) expect(messageKey(advanced(advanced(whole, 254), index))).toEqual(fromBase64(key));
    }
  });

  it('of another length or version is none', () => {
    const bytes = fromUnpadded(exported);
    expect(parseExported(bytes.subarray(1))).toBeNull();
    expect(parseExported(bytes.map((byte, at) => (at ? byte : 2)))).toBeNull();
  });
});
