import { describe, expect, test } from 'vitest';

import { parsePin, pinOf, userIdOf } from '~/contacts/pin';
import { checkCode, compare } from '~/crypto/code';
import { strangersIn } from '~/crypto/trust';
import { kindOf, LineError, refusal } from '~/line/errors';
import { passes } from '~/line/gate';
import { strengthOf } from '~/vault/strength';

describe('PINs', () => {
  test('are read in either case, with spaces and dashes', () => {
    expect(parsePin(' k7m 2xq ')).toBe('K7M2XQ');
    expect(parsePin('K7M-2XQ')).toBe('K7M2XQ');
  });

  test.each(['', 'K7M2X', 'K7M2XQQ', 'K7M2X0', 'K7M2XO', 'K7M2XI', 'K7M2XL', 'K7M2XU', 'K7M2X1'])(
    '%j is none',
    (typed) => {
      expect(parsePin(typed)).toBeNull();
    },
  );

  test('are found in a user id and make one', () => {
    expect(pinOf('@k7m2xq:phone.example')).toBe('K7M2XQ');
    expect(pinOf('@admin:phone.example')).toBeNull();
    expect(userIdOf('K7M2XQ', 'phone.example')).toBe('@k7m2xq:phone.example');
  });
});

describe('a code that compares keys', () => {
  const mine = { pin: 'K7M2XQ', fingerprints: ['aa+/', 'bb'] };
  const theirs = { pin: 'QX2M7K', fingerprints: ['cc'] };

  test('is the same only with the same keys of both', () => {
    expect(compare(checkCode(theirs, mine), mine, theirs)).toBe('same');
    expect(compare(checkCode({ ...theirs, fingerprints: ['cx'] }, mine), mine, theirs)).toBe('different');
    expect(compare(checkCode(theirs, { ...mine, fingerprints: ['aa+/'] }), mine, theirs)).toBe('different');
    expect(compare(`${checkCode(theirs, mine)}:`, mine, theirs)).toBe('different');
  });

  test('of another pair, and what is none, are told apart', () => {
    expect(compare(checkCode(mine, theirs), mine, theirs)).toBe('somebody-else');
    expect(compare('K7M2XQ', mine, theirs)).toBe('no-code');
  });
});

test('a new device and a changed key are strangers, one that is gone is not', () => {
  const pinned = { A: '1', B: '2' };
  expect(strangersIn(pinned, { A: '1' })).toEqual([]);
  expect(strangersIn(pinned, { A: '1', B: '3', C: '4' })).toEqual(['B', 'C']);
});

describe('the gate', () => {
  test.each([
    'v3/sync',
    'v3/rooms/!a:b/send/m.room.encrypted/1',
    'v3/keys/claim',
    'v1/media/download/phone.example/AbC',
  ])('%s passes', (path) => expect(passes(`/_matrix/client/${path}`)).toBe(true));

  test.each([
    'v3/profile/@a:b',
    'v3/voip/turnServer',
    'v3/login',
    'v3/user_directory/search',
    'v3/keys/device_signing/upload',
    'v3/sync/../login',
  ])('%s does not', (path) => expect(passes(`/_matrix/client/${path}`)).toBe(false));
});

describe('faults', () => {
  test('each code of the network is its own kind', () => {
    expect(refusal(403, { errcode: 'ORG.UNDERSEAL.WRONG_CODE', tries_left: 3 })).toMatchObject({
      kind: 'wrong-code',
      left: 3,
    });
    expect(refusal(410, { errcode: 'ORG.UNDERSEAL.SHARE_GONE' }).kind).toBe('share-gone');
    expect(refusal(429, { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 5000 })).toMatchObject({
      kind: 'limit',
      left: 5000,
    });
    expect(refusal(400, null).kind).toBe('refused');
  });

  test('what has no answer is a line that is missing', () => {
    expect(kindOf(new TypeError('Failed to fetch'))).toBe('no-line');
    expect(kindOf(new LineError('expired', ''))).toBe('expired');
    expect(refusal(502, '<html>').kind).toBe('no-line');
  });
});

test.each([
  ['123456', 0],
  ['aaaaaaaaaaaa', 0],
  ['7391', 0],
  ['73918264', 0],
  ['h4v3nk4t', 2],
  ['zes kippen op stok', 3],
])('%j has strength %d', (code, strength) => expect(strengthOf(code)).toBe(strength));
