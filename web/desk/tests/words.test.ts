import { describe, expect, it, test } from 'vitest';

import frame from '~/frame/words/en.json';
import frameFr from '~/frame/words/fr.json';
import frameNl from '~/frame/words/nl.json';
import { interpreter } from '~/logic/said';
import en from '~/words/en.json';
import fr from '~/words/fr.json';
import nl from '~/words/nl.json';
import refusedFr from '~/words/refused/fr.json';
import refusedNl from '~/words/refused/nl.json';
import ownFr from '~/words/said/fr.json';
import ownNl from '~/words/said/nl.json';

import { faults, flat, values, type Words } from './catalogues';

const saidFr = { ...ownFr, ...refusedFr };
const saidNl = { ...ownNl, ...refusedNl };

const PAIRS: readonly [string, Words, Words][] = [
  ['frame in French', frame, frameFr],
  ['frame in Dutch', frame, frameNl],
  ['desk in French', en, fr],
  ['desk in Dutch', en, nl],
];

test.each(PAIRS)('%s says every word, with its values', (_, english, other) => {
  expect(faults(english, other)).toEqual([]);
});

test.each([
  ['French', 'fr', fr],
  ['Dutch', 'nl', nl],
])('%s has every form of the plural that the language has', (_, language, words) => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const names = new Set(flat(words).keys());
  const plurals = [...names].filter((name) => name.endsWith('_other')).map((name) => name.replace(/_other$/, ''));
  for (const name of plurals) for (const form of forms) expect(names).toContain(`${name}_${form}`);
});

test.each([
  ['the frame', flat(frameFr)],
  ['the desk', flat(fr)],
  ['the words of the server', new Map(Object.entries(saidFr))],
])('no French sign of %s begins a line', (_, words) => {
  for (const [name, text] of words) expect(text, name).not.toMatch(/\w [:;?!»](\s|$)|« |\w'\w/u);
});

const COMPONENTS = import.meta.glob<string>('../src/**/*.tsx', { query: '?raw', import: 'default', eager: true });
const SERVER = import.meta.glob<string>('../../../src/underseal/{core,evidence}/**/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** What the server puts into a sentence out of words of its own: the sentence stands in pieces there. */
const PUT_IN =
  /\{\{\w+\}\}|\b(?:release|old state|new state|encrypted message|decrypted message|messages|records|letters?|item|1)\b|, each copy/u;

describe('The components', () => {
  it('hold no words of their own', () => {
    const found = Object.entries(COMPONENTS).flatMap(([path, text]) => {
      const bare = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, '');
      const between = bare.matchAll(/(?:<\w[^<>=]*|"|'|\})>\s*([A-Za-z][a-z]+(?: [\w’',.]+)*)\s*<\//gu);
      const attributes = bare.matchAll(/\b(?:aria-label|title|placeholder|label|alt)="([^"]*)"/gu);
      return [...between, ...attributes].map(([, words]) => `${path}: ${words}`);
    });
    expect(Object.keys(COMPONENTS).length).toBeGreaterThan(50);
    expect(found).toEqual([]);
  });
});

describe('The words of the server', () => {
  it('are the same in every language, with the same holes', () => {
    expect(Object.keys(saidNl)).toEqual(Object.keys(saidFr));
    for (const said of [saidFr, saidNl])
      for (const [english, other] of Object.entries(said)) expect(values(other), english).toEqual(values(english));
  });

  it('are those that the server says', () => {
    const code = Object.values(SERVER)
      .map((source) => source.replaceAll(/"\s*\n\s*f?"/gu, '').replaceAll('_', ' '))
      .join('\n');
    const unsaid = Object.keys(saidFr)
      .flatMap((english) => english.replaceAll('_', ' ').split(PUT_IN))
      .map((piece) => piece.replaceAll(/^[\s.,:;?“”()#]+|[\s.,:;?“”()#]+$/gu, ''))
      .filter((piece) => !code.includes(piece));
    expect(unsaid).toEqual([]);
  });

  const french = interpreter(saidFr);
  const dutch = interpreter(saidNl);

  it('are said in another language, with what differs from time to time', () => {
    expect(french('Exhibit')).toBe('Pièce à conviction');
    expect(dutch('Files of segment 0001-a')).toBe('Bestanden van segment 0001-a');
    expect(dutch('intake of BR-1, intake of BR-2, new keys')).toBe('opname van BR-1, opname van BR-2, nieuwe sleutels');
    expect(french('Did you mean kind:voice? Values are text, voice.')).toBe(
      'Vouliez-vous dire kind:voice\u00a0? Les valeurs sont text, voice.',
    );
  });

  it('name the item of evidence that is wrong, and what is wrong with it', () => {
    expect(dutch('Item 2 of the evidence for the claim: a circle has a radius in metres.')).toBe(
      'Element 2 van het bewijs voor de toeschrijving: een cirkel heeft een straal in meter.',
    );
    expect(
      french(
        'Item 1 of the evidence against the claim: the polygon encloses nothing: a place is an area, never a point or a line.',
      ),
    ).toBe(
      'L’élément 1 des preuves contre l’attribution\u00a0: le polygone n’entoure rien\u00a0: un lieu est une zone, jamais un point ni une ligne.',
    );
    expect(dutch('The words of item 3 of the evidence for the claim is longer than 10000 characters.')).toBe(
      'Dit veld heeft meer dan 10000 tekens: woorden van element 3 van het bewijs voor de toeschrijving.',
    );
    expect(french('That cannot be claimed: the claim rests on nothing: it needs at least one item of evidence.')).toBe(
      'Cela ne peut pas être attribué\u00a0: l’attribution ne repose sur rien\u00a0: il lui faut au moins un élément de preuve.',
    );
  });

  it('explain a query, and leave what a person wrote as it is', () => {
    expect(french('All messages.')).toBe('Tous les messages.');
    expect(dutch('Messages with “key” and not with “salt and pepper”.')).toBe(
      'Berichten met “key” en niet met “salt and pepper”.',
    );
    expect(french('Messages (with “a” or from v4d8zn) and with a picture.')).toBe(
      'Messages (avec «\u00a0a\u00a0» ou de v4d8zn) et avec une image.',
    );
  });

  it('that nobody translated are left', () => {
    expect(french('Something else happened.')).toBeNull();
    expect(french('Messages with “a” and something else.')).toBeNull();
  });
});
