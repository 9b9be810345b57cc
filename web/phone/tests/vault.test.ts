import 'fake-indexeddb/auto';

import { argon2id } from 'hash-wasm';
import { beforeEach, describe, expect, test } from 'vitest';

import { type Bytes, fromBase64, random, toBase64Url, utf8 } from '~/vault/bytes';
import { Database } from '~/vault/database';
import { ARGON, slotKey, unlockProof, vaultKeys } from '~/vault/keys';
import { SealError, seal, unseal } from '~/vault/seal';
import { headOf, newRoot, newSalt, openSlot, sealedSlot, type Slot } from '~/vault/slots';
import { Vault } from '~/vault/vault';

const slot = (kind: Slot['kind']): Slot => ({
  kind,
  root: newRoot(),
  pin: 'K7M2XQ',
  ends: '2027-05-25T22:00:00+02:00',
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Everything that the database holds, keys and values, as one text. */
async function onDisk(): Promise<string> {
  const opened = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('underseal', 1);
    request.onsuccess = (): void => resolve(request.result);
  });
  const parts: string[] = [];
  for (const name of opened.objectStoreNames) {
    await new Promise<void>((resolve) => {
      const cursor = opened.transaction(name).objectStore(name).openCursor();
      cursor.onsuccess = (): void => {
        if (!cursor.result) return resolve();
        parts.push(Buffer.from(cursor.result.key as ArrayBuffer).toString('latin1'));
        parts.push(Buffer.from(cursor.result.value as Uint8Array).toString('latin1'));
        cursor.result.continue();
      };
    });
  }
  opened.close();
  return parts.join('|');
}

describe('keys', () => {
  test('derivation is the one written down: a vector made with another implementation', async () => {
    const stretched = new Uint8Array(32).fill(7);
    expect(hex(await unlockProof(stretched))).toBe('03d126053644432edb3af85bf665382dbf27e193b4d48fb17c23b9e236b5579b');
  });

  test('argon2id takes 64 MiB and three passes: a vector made with another implementation', async () => {
    const stretched = await argon2id({
      password: 'zes kippen',
      salt: new Uint8Array(16).fill(1),
      memorySize: ARGON.memoryKiB,
      iterations: ARGON.passes,
      parallelism: ARGON.lanes,
      hashLength: ARGON.length,
      outputType: 'hex',
    });
    expect(stretched).toBe('9bbe3e82bfab2c0d9bbc8fe4ecec42be64fe214601ceb3920ed1680dd9c80787');
  });
});

describe('sealing', () => {
  test('what is sealed under one name opens under no other', async () => {
    const { rows } = await vaultKeys(newRoot());
    const sealed = await seal(rows, utf8('haven'), utf8('a'));
    expect(await unseal(rows, sealed, utf8('a'))).toEqual(utf8('haven'));
    await expect(unseal(rows, sealed, utf8('b'))).rejects.toThrow(SealError);
  });

  test('a flipped bit anywhere is refused', async () => {
    const { rows } = await vaultKeys(newRoot());
    const sealed = await seal(rows, utf8('haven'), utf8('a'));
    for (const at of [0, 11, 12, 40, sealed.length - 1]) {
      const broken = sealed.slice();
      broken[at] = (broken[at] as number) ^ 1;
      await expect(unseal(rows, broken, utf8('a'))).rejects.toThrow(SealError);
    }
  });

  test('lengths are rounded up to 256 bytes', async () => {
    const { rows } = await vaultKeys(newRoot());
    const lengths = await Promise.all(
      [0, 1, 252].map(async (size) => (await seal(rows, random(size), utf8('a'))).length),
    );
    expect(new Set(lengths)).toEqual(new Set([12 + 256 + 16]));
    expect(await seal(rows, random(253), utf8('a'))).toHaveLength(12 + 512 + 16);
  });
});

describe('slots', () => {
  test('each code opens its own slot, and a wrong one none', async () => {
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => slotKey(random(32), random(32))));
    const real = slot('real');
    const head = headOf(
      newSalt(),
      'id',
      await sealedSlot(one as CryptoKey, real),
      await sealedSlot(two as CryptoKey, slot('decoy')),
    );
    expect((await openSlot(head, one as CryptoKey))?.slot).toEqual(real);
    expect((await openSlot(head, two as CryptoKey))?.slot.kind).toBe('decoy');
    expect(await openSlot(head, three as CryptoKey)).toBeNull();
  });

  test('a phone without a duress code has a head of the same shape', async () => {
    const key = await slotKey(random(32), random(32));
    const lone = headOf(newSalt(), 'id', await sealedSlot(key, slot('real')), null);
    const both = headOf(newSalt(), 'id', await sealedSlot(key, slot('real')), await sealedSlot(key, slot('decoy')));
    expect(lone.slots.map((each) => each.length)).toEqual(both.slots.map((each) => each.length));
    expect((await openSlot(lone, key))?.slot.kind).toBe('real');
  });

  test('the key needs both halves', async () => {
    const [stretched, half] = [random(32), random(32)];
    const head = headOf(newSalt(), 'id', await sealedSlot(await slotKey(stretched, half), slot('real')), null);
    expect(await openSlot(head, await slotKey(stretched, random(32)))).toBeNull();
    expect(await openSlot(head, await slotKey(random(32), half))).toBeNull();
  });
});

describe('vault', () => {
  let root: Bytes;

  beforeEach(() => {
    indexedDB.deleteDatabase('underseal');
    root = newRoot();
  });

  const opened = async (with_: Bytes = root): Promise<Vault> =>
    new Vault(await Database.open(), await vaultKeys(with_));

  test('rows come back as they were, JSON and bytes', async () => {
    const vault = await opened();
    await vault.write([
      { table: 'contact', id: 'K7M2XQ', value: { nickname: 'Zeepaard' } },
      { table: 'media', id: 'mxc', value: Uint8Array.of(0, 1, 2) },
    ]);
    expect(await vault.get('contact', 'K7M2XQ')).toEqual({ nickname: 'Zeepaard' });
    expect(await vault.get('media', 'mxc')).toEqual(Uint8Array.of(0, 1, 2));
    expect(await vault.many('contact', ['none', 'K7M2XQ'])).toEqual([undefined, { nickname: 'Zeepaard' }]);
    vault.close();
  });

  test('a row that was deleted is gone', async () => {
    const vault = await opened();
    await vault.put('message', '1', 'haven');
    await vault.delete('message', '1');
    expect(await vault.get('message', '1')).toBeUndefined();
    vault.close();
  });

  test('neither values nor tables nor ids lie in clear', async () => {
    const vault = await opened();
    await vault.put('contact', 'K7M2XQ', { nickname: 'Zeepaard' });
    vault.close();
    const disk = await onDisk();
    expect(disk.length).toBeGreaterThan(256);
    for (const word of ['contact', 'K7M2XQ', 'nickname', 'Zeepaard']) expect(disk).not.toContain(word);
  });

  test('another root key finds nothing', async () => {
    const vault = await opened();
    await vault.put('contact', 'K7M2XQ', 'Zeepaard');
    vault.close();
    const other = await opened(newRoot());
    expect(await other.get('contact', 'K7M2XQ')).toBeUndefined();
    other.close();
  });

  test('a closed vault gives nothing', async () => {
    const vault = await opened();
    vault.close();
    await expect(vault.get('contact', 'K7M2XQ')).rejects.toThrow('locked');
  });
});

describe('base64url', () => {
  test('round trip, without padding', () => {
    for (const size of [0, 1, 2, 3, 31, 32]) {
      const bytes = random(size);
      expect(toBase64Url(bytes)).toMatch(/^[\w-]*$/);
      expect(fromBase64(toBase64Url(bytes))).toEqual(bytes);
    }
  });
});
