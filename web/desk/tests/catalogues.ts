/** Comparing catalogues of words; the office's tests use it as well. */

export type Words = { readonly [name: string]: string | Words };

/** Every word by its whole name; an ending of the plural that English lacks stands for the one of all others. */
export function flat(words: Words, before = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, word] of Object.entries(words)) {
    if (typeof word === 'string') found.set(`${before}${name}`, word);
    else for (const [inner, text] of flat(word, `${before}${name}.`)) found.set(inner, text);
  }
  return found;
}

export const values = (text: string): string =>
  [...text.matchAll(/{{[^}]*}}/g)]
    .map(([value]) => value)
    .sort()
    .join(' ');

/** The names under which another language lacks a word, has one too many, an empty one, or one with other values. */
export function faults(english: Words, other: Words): string[] {
  const [ours, theirs] = [flat(english), flat(other)];
  const missing = [...ours.keys()].filter((name) => !theirs.has(name));
  const wrong = [...theirs].filter(([name, text]) => {
    const own = ours.get(name.replace(/_many$/, '_other'));
    return own === undefined || !text.trim() || values(text) !== values(own);
  });
  return [...missing, ...wrong.map(([name]) => name)];
}
