/**
 * What the server says of its own (steps, checks, reasons, faults) is English. Here it is said in another language.
 *
 * Whole sentences are looked up. What differs in them from time to time stands in holes, written {{name}}: it stays as it
 * is, but for {{said}}, which holds words of the server again.
 */

/** A sentence of the server, and the same in another language; both have the same holes. */
export type Sentences = Readonly<Record<string, string>>;

/** What stands between sentences that the server says together; never inside of what is quoted from a person. */
const JOINTS = ['; ', ', ', ' and ', ' or '] as const;
const OUTSIDE_QUOTES = '(?=(?:[^“”]|“[^”]*”)*$)';
const SEPARATORS = [
  ...JOINTS.map((joint) => ({ joint, at: new RegExp(`${joint}${OUTSIDE_QUOTES}`, 'u') })),
  { joint: ' ', at: new RegExp(String.raw`(?<=[.?]) (?=\p{Lu})${OUTSIDE_QUOTES}`, 'u') },
] as const;

const HOLE = /\{\{(\w+)\}\}/u;
const AGAIN = 'said';

interface Shape {
  form: RegExp;
  names: readonly string[];
  words: string;
}

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);

function shape(english: string, words: string): Shape {
  // Text and the names of its holes, by turns.
  const parts = english.split(HOLE);
  const names = parts.filter((_, index) => index % 2 === 1);
  const form = parts.map((part, index) => (index % 2 === 0 ? literally(part) : part === AGAIN ? '(.+?)' : '([^“”]+?)'));
  return { form: new RegExp(`^${form.join('')}$`, 'u'), names, words };
}

/** Returns a function that says in another language what the server says, null where it does not know the words. */
export function interpreter(sentences: Sentences): (said: string) => string | null {
  const shapes = Object.entries(sentences)
    .filter(([english]) => HOLE.test(english))
    .map(([english, words]) => shape(english, words));

  const exactly = (said: string): string | null => (Object.hasOwn(sentences, said) ? (sentences[said] ?? null) : null);

  const inParts = (said: string): string | null => {
    for (const { joint, at } of SEPARATORS) {
      const parts = said.split(at);
      const other = parts.length > 1 ? parts.map(interpret) : [null];
      if (!other.includes(null)) return other.join(sentences[joint] ?? joint);
    }
    return null;
  };

  const filled = ({ form, names, words }: Shape, said: string): string | null => {
    const found = form.exec(said);
    if (!found) return null;
    let result = words;
    for (const [index, name] of names.entries()) {
      const held = found[index + 1] ?? '';
      const other = name === AGAIN ? interpret(held) : held;
      if (other === null) return null;
      result = result.replace(`{{${name}}}`, () => other);
    }
    return result;
  };

  const interpret = (said: string): string | null => {
    const known = exactly(said) ?? inParts(said);
    if (known !== null) return known;
    for (const each of shapes) {
      const other = filled(each, said);
      if (other !== null) return other;
    }
    return null;
  };
  return interpret;
}
