/** What the page says, in English, French and Dutch. Words that the desk has already are the desk's. */
import { audit as deskEn, kind as kindEn, verdict as verdictEn } from '../../../desk/src/words/en.json';
import { audit as deskFr, kind as kindFr, verdict as verdictFr } from '../../../desk/src/words/fr.json';
import { audit as deskNl, kind as kindNl, verdict as verdictNl } from '../../../desk/src/words/nl.json';
import en from '../words/en.json';
import fr from '../words/fr.json';
import nl from '../words/nl.json';

export const LANGUAGES = { en: 'English', fr: 'Français', nl: 'Nederlands' } as const;
export type Language = keyof typeof LANGUAGES;
export type Filling = Record<string, string | number>;
interface Words {
  [name: string]: string | Words;
}

const shared = (verdict: Words, kind: Words, audit: Words): Words => ({
  verdict,
  kind,
  acts: audit['acts']!,
  details: audit['details']!,
});
export const WORDS: Record<Language, Words> = {
  en: { ...en, ...shared(verdictEn, kindEn, deskEn as unknown as Words) },
  fr: { ...fr, ...shared(verdictFr, kindFr, deskFr as unknown as Words) },
  nl: { ...nl, ...shared(verdictNl, kindNl, deskNl as unknown as Words) },
};

let language: Language = 'en';

/** The first language of the browser that the page has; English else. */
export const preferred = (wanted: readonly string[]): Language =>
  (wanted.map((tag) => tag.slice(0, 2).toLowerCase()).filter((tag) => tag in LANGUAGES)[0] as Language | undefined) ||
  'en';

export function speak(wanted: Language): void {
  language = wanted;
  document.documentElement.lang = wanted;
}

export const spoken = (): Language => language;

const lookUp = (words: Words, key: string): string | undefined => {
  let found: string | Words | undefined = words;
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  return typeof found === 'string' ? found : undefined;
};

/** The words of a key, filled in; "count" chooses between one and more. */
export function t(key: string, filling: Filling = {}): string {
  const words = WORDS[language];
  const { count } = filling;
  const form =
    typeof count === 'number'
      ? `${key}_${new Intl.PluralRules(language).select(count) === 'one' ? 'one' : 'other'}`
      : key;
  const found = lookUp(words, form) || lookUp(words, key) || key;
  return found.replace(/{(\w+)}/g, (_, name: string) => {
    const value = filling[name];
    return typeof value === 'number' ? number(value) : value === undefined ? '' : value;
  });
}

/** The word for a value of the pack; the value itself where the page has none. */
export function word(group: string, value: string): string {
  return lookUp(WORDS[language], `${group}.${value}`) || value;
}

export const number = (value: number): string => value.toLocaleString(language);

/** A day (YYYY-MM-DD) in words, with its ISO form. */
export function dayWords(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (isNaN(date.getTime())) return day;
  const form = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, form).format(date)} · ${day}`;
}

export function bytes(size: number): string {
  if (size < 1000) return `${number(size)} B`;
  return size < 1e6 ? `${number(Math.round(size / 100) / 10)} kB` : `${number(Math.round(size / 1e5) / 10)} MB`;
}
