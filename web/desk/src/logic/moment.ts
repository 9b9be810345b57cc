/** An ISO 8601 text in the parts that are shown with different weight. Nothing is cut. */
export interface MomentParts {
  date: string;
  time: string;
  offset: string;
}

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)(Z|[+-]\d{2}:?\d{2}(?::\d{2})?)?$/;

/** Split `iso`; a text of another form comes back whole as the date. */
export function momentParts(iso: string): MomentParts {
  const found = ISO.exec(iso);
  return found
    ? { date: found[1] ?? '', time: found[2] ?? '', offset: found[3] ?? '' }
    : { date: iso, time: '', offset: '' };
}

/** The day of an ISO text, in its own offset. */
export const dayOf = (iso: string): string => momentParts(iso).date;

/** A day in words of the language, in the parts that are asked for; "" when there is no such day. */
function named(day: string, language: string, parts: Intl.DateTimeFormatOptions): string {
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(date.getTime())
    ? ''
    : new Intl.DateTimeFormat(language, { ...parts, timeZone: 'UTC' }).format(date);
}

/** Weekday of a day as the language names it ("Tuesday"). */
export const weekday = (day: string, language: string): string => named(day, language, { weekday: 'long' });

/** Month of a day as the language names it ("March 2021"). */
export const month = (day: string, language: string): string =>
  named(day, language, { month: 'long', year: 'numeric' });

/** Whole days from `now`, in milliseconds since 1970, until a moment; negative when it is past, NaN for no moment. */
export const daysUntil = (iso: string, now: number): number => Math.floor((Date.parse(iso) - now) / 86_400_000);

/** A length of time as m:ss or h:mm:ss. */
export function clockLength(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
