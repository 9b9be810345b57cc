/** Words in the language of whoever reads: a plain catalogue each, and the language's own rules for plurals and dates. */
import { Cell } from '~/app/cell';

import { type Catalogue, en, type Word } from './en';
import { fr } from './fr';
import { nl } from './nl';

export type { Word } from './en';

export const CATALOGUES: Readonly<Record<string, Catalogue>> = { en, fr, nl };
export const LANGUAGES: Readonly<Record<string, string>> = { en: 'English', fr: 'Français', nl: 'Nederlands' };

type Values = Readonly<Record<string, string | number>>;

/** Words that come in plurals, without their ending. */
type Plural = Word extends infer Each ? (Each extends `${infer Stem}_other` ? Stem : never) : never;

/** The language of the browser when there is a catalogue of it, else English. */
const preferred = (): string =>
  (globalThis.navigator?.languages ?? []).map((tag) => tag.slice(0, 2)).find((tag) => tag in CATALOGUES) ?? 'en';

export const language = new Cell<string>(preferred());

export function setLanguage(chosen: string | null): void {
  language.set(chosen && chosen in CATALOGUES ? chosen : preferred());
  if (globalThis.document) document.documentElement.lang = language.get();
}

/** How dates and hours are written: as the browser does in this language, else as in Belgium or Britain. */
const region = (): string => {
  const chosen = language.get();
  const own = (globalThis.navigator?.languages ?? []).find((tag) => tag.startsWith(`${chosen}-`));
  return own ?? (chosen === 'en' ? 'en-GB' : `${chosen}-BE`);
};

/** The text of a word, with its values filled in. */
export function say(word: Word, values: Values = {}): string {
  const text = (CATALOGUES[language.get()] ?? en)[word];
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function sayCount(stem: Plural, count: number): string {
  const rule = new Intl.PluralRules(language.get()).select(count) === 'one' ? 'one' : 'other';
  return say(`${stem}_${rule}` as Word, { count });
}

/** The day of an ISO time, as it was written: 2026-06-30. */
export const dayOf = (iso: string): string => iso.slice(0, 10);

export function dayLine(at: number): string {
  const year = new Date(at).getFullYear() === new Date().getFullYear() ? undefined : ('numeric' as const);
  return new Intl.DateTimeFormat(region(), { weekday: 'long', day: 'numeric', month: 'long', year }).format(at);
}

export const clock = (at: number): string =>
  new Intl.DateTimeFormat(region(), { hour: '2-digit', minute: '2-digit' }).format(at);

/** Beside a conversation: the hour today, else the day. */
export function shortly(at: number): string {
  if (new Date(at).toDateString() === new Date().toDateString()) return clock(at);
  return new Intl.DateTimeFormat(region(), { day: 'numeric', month: 'short' }).format(at);
}

export function lasting(seconds: number): string {
  const word = `timer.${seconds}`;
  return word in en ? say(word as Word) : say('timer.seconds', { count: seconds });
}
