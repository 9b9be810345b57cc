import { expect, test } from 'vitest';

import en from '@/words/en.json';
import fr from '@/words/fr.json';
import nl from '@/words/nl.json';

import { faults } from '../../desk/tests/catalogues';

test.each([
  ['French', fr],
  ['Dutch', nl],
])('office in %s says every word, with its values', (_, words) => {
  expect(faults(en, words)).toEqual([]);
});
