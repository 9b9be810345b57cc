import { expect, test } from 'vitest';

import { grouped, sums } from '../src/logic/money';

test('amounts are added up by currency in whole minor units', () => {
  expect(sums(['0.10 EUR', '0.20 EUR', '500 JPY', '-0.05 EUR', '310.500 KWD'])).toEqual([
    '0.25 EUR',
    '500 JPY',
    '310.500 KWD',
  ]);
  expect(sums(['-0.05 EUR'])).toEqual(['-0.05 EUR']);
  expect(sums(['9007199254740993.01 EUR', '0.01 EUR'])).toEqual(['9007199254740993.02 EUR']);
  expect(sums(['nothing', ''])).toEqual([]);
});

test('thousands are set apart, the fraction is not', () => {
  expect(grouped('1234567.8901 CLF')).toBe('1\u202f234\u202f567.8901\u00a0CLF');
  expect(grouped('-1200.00 EUR')).toBe('-1\u202f200.00\u00a0EUR');
  expect(grouped('999 JPY')).toBe('999\u00a0JPY');
});
