import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { CATALOGUES, dayOf, LANGUAGES, lasting, say, sayCount, setLanguage } from '~/words';
import { EMOJI, emojiName } from '~/words/emoji';
import { en } from '~/words/en';

const values = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).sort();

describe.each(Object.keys(CATALOGUES))('the catalogue of %s', (tag) => {
  const catalogue = CATALOGUES[tag] as Record<string, string>;

  test('has every word and no other', () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
  });

  test('leaves no word empty and fills in the same values', () => {
    for (const [word, text] of Object.entries(en)) {
      expect(catalogue[word]?.trim(), word).toBeTruthy();
      expect(values(catalogue[word] as string), word).toEqual(values(text));
    }
  });

  test('is named in its own language', () => {
    expect(LANGUAGES[tag]).toBeTruthy();
  });
});

test('every word is used', () => {
  const root = new URL('../src', import.meta.url).pathname;
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith('words/en'),
  );
  const code = files
    .filter((name) => !/words\/(fr|nl)\.ts/.test(name))
    .map((name) => readFileSync(join(root, name), 'utf8'))
    .join('\n');
  // Words whose end is put together: `kind.${kind}`, plurals.
  const stems = [...code.matchAll(/`([a-z.-]+\.)\$\{/g)].map(([, stem]) => stem as string);
  const used = (word: string): boolean =>
    code.includes(`'${word}'`) ||
    code.includes(`'${word.replace(/_(one|other)$/, '')}'`) ||
    stems.some((stem) => word.startsWith(stem) && !word.slice(stem.length).includes('.'));
  expect(Object.keys(en).filter((word) => !used(word))).toEqual([]);
});

test('catalogues are translated, not copied', () => {
  const long = Object.entries(en).filter(([, text]) => text.length > 20);
  for (const tag of ['fr', 'nl']) {
    const same = long.filter(([word, text]) => CATALOGUES[tag]?.[word as keyof typeof en] === text);
    expect(same).toEqual([]);
  }
});

test('values and plurals are filled in by the rules of the language', () => {
  setLanguage('en');
  expect(sayCount('lock.left', 1)).toContain('1 try is left');
  expect(sayCount('lock.left', 9)).toContain('9 tries are left');
  setLanguage('fr');
  expect(say('note.joined', { name: '$& {value}' })).toBe('$& {value} est arrivé');
  expect(lasting(3600)).toBe('1 heure');
  expect(lasting(90)).toBe('90 secondes');
  setLanguage('en');
});

test('a day is read off as it was written, whatever the zone of the browser', () => {
  expect(dayOf('2026-06-30T23:30:00.000+02:00')).toBe('2026-06-30');
});

test('all 64 emoji have three names, with and without variation selector', () => {
  expect(EMOJI.size).toBe(64);
  expect([...EMOJI.values()].every((names) => names.length === 3 && names.every(Boolean))).toBe(true);
  expect(emojiName('☎️', 'Telephone', 'nl')).toBe('Telefoon');
  expect(emojiName('☎', 'Telephone', 'fr')).toBe('Téléphone');
  expect(emojiName('🦖', 'Dinosaur', 'nl')).toBe('Dinosaur');
});
