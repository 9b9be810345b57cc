import { expect, test } from 'vitest';

import frame from '~/frame/words/en.json';
import frameFr from '~/frame/words/fr.json';
import frameNl from '~/frame/words/nl.json';
import en from '@/words/en.json';
import fr from '@/words/fr.json';
import nl from '@/words/nl.json';

type Words = { readonly [name: string]: string | Words };

/** Every word by its whole name; an ending of the plural that English lacks stands for the one of all others. */
function flat(words: Words, before = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, word] of Object.entries(words)) {
    if (typeof word === 'string') found.set(`${before}${name}`, word);
    else for (const [inner, text] of flat(word, `${before}${name}.`)) found.set(inner, text);
  }
  return found;
}

const values = (text: string): string[] => [...text.matchAll(/{{[^}]*}}/g)].map(([value]) => value).sort();

const PAIRS: readonly [string, Words, Words][] = [
  ['frame in French', frame, frameFr],
  ['frame in Dutch', frame, frameNl],
  ['office in French', en, fr],
  ['office in Dutch', en, nl],
];

test.each(PAIRS)('%s says every word, with its values', (_, english, other) => {
  const [ours, theirs] = [flat(english), flat(other)];
  expect([...theirs.keys()].filter((name) => !name.endsWith('_many')).sort()).toEqual([...ours.keys()].sort());
  for (const [name, text] of theirs) {
    expect(values(text), name).toEqual(values(ours.get(name.replace(/_many$/, '_other')) ?? ''));
    expect(text.trim(), name).not.toBe('');
  }
});
