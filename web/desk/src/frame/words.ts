import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

/** Languages by the name that they have themselves. An app offers those that it has a catalogue of. */
const NAMES: Readonly<Record<string, string>> = { en: 'English', fr: 'Français', nl: 'Nederlands' };

const PLACE = 'underseal:language';

/** What this browser chose before, if the app speaks it; null without a choice, or without storage. */
function chosen(spoken: readonly string[]): string | null {
  try {
    const kept = localStorage.getItem(PLACE);
    return kept && spoken.includes(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** The first language of the browser that the app speaks, else English. */
const preferred = (spoken: readonly string[]): string =>
  navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => spoken.includes(tag)) ?? 'en';

/**
 * Begins to speak: in the language that was chosen in this browser, or that the browser prefers.
 *
 * @param catalogues every word by language; English is taken where another one lacks a word.
 */
export function startWords(catalogues: Readonly<Record<string, object>>): void {
  const spoken = Object.keys(catalogues);
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  void i18next.use(initReactI18next).init({
    lng: chosen(spoken) ?? preferred(spoken),
    fallbackLng: 'en',
    supportedLngs: spoken,
    resources: Object.fromEntries(Object.entries(catalogues).map(([name, translation]) => [name, { translation }])),
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    initAsync: false,
    react: { useSuspense: false },
  });
  i18next.services.formatter?.add('number', (value: unknown, language) =>
    new Intl.NumberFormat(language).format(Number(value)),
  );
}

/** The languages to choose from: none where there is only one. */
export function languages(): readonly { value: string; name: string }[] {
  const spoken = Object.keys(i18next.options.resources ?? {}).sort();
  return spoken.length < 2 ? [] : spoken.map((value) => ({ value, name: NAMES[value] ?? value }));
}

/** Speaks another language from now on, in this browser. */
export function speak(language: string): void {
  try {
    localStorage.setItem(PLACE, language);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  void i18next.changeLanguage(language);
}
