import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { LANGUAGES, preferred, t, WORDS, type Language } from '../src/page/words';

const flat = (words: object, before = ''): [string, string][] =>
  Object.entries(words).flatMap(([name, value]: [string, object | string]): [string, string][] =>
    typeof value === 'string' ? [[before + name, value]] : flat(value, `${before}${name}.`),
  );
const blanks = (text: string): string[] => (text.match(/{\w+}/g) || []).sort();

describe('the words', () => {
  it('are there in every language, with the same blanks', () => {
    const english = new Map(flat(WORDS.en));
    for (const language of Object.keys(LANGUAGES) as Language[]) {
      const words = new Map(flat(WORDS[language]));
      expect([...words.keys()].sort()).toEqual([...english.keys()].sort());
      for (const [name, text] of words) expect(blanks(text), `${language} ${name}`).toEqual(blanks(english.get(name)!));
    }
  });

  it('cover everything that a check can find', () => {
    const folder = new URL('../src/check/', import.meta.url);
    const source = readdirSync(folder)
      .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      .join('\n');
    const said = [...source.matchAll(/(?:holds|fails|none)\(\s*'?(\w+)'?, '(\w+)'/g)];
    expect(said.length).toBeGreaterThan(40);
    for (const [, , why] of said)
      if (why !== 'waiting') expect(t(`found.${why}`, { count: 2 }), why).not.toBe(`found.${why}`);
  });

  it('are chosen by the browser’s own', () => {
    expect(preferred(['de-DE', 'nl-BE', 'fr'])).toBe('nl');
    expect(preferred(['de'])).toBe('en');
  });
});
