import { dayNumber } from './days';

const DAY = 86_400_000;

/** How far the clocks of `zone` are ahead of UTC at `utc`, in milliseconds. */
function offsetAt(utc: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(utc);
  const get = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'));
  return local - Math.floor(utc / 1000) * 1000;
}

/** A moment as ISO 8601 with milliseconds, in the clocks of `zone` and with their offset: "2021-03-09T05:00:00.000+01:00". */
export function isoIn(utc: number, zone: string): string {
  const offset = offsetAt(utc, zone);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const written = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${new Date(utc + offset).toISOString().slice(0, -1)}${offset < 0 ? '-' : '+'}${written}`;
}

/** The moment at which `day` begins in `zone`, in milliseconds since 1970-01-01T00:00:00Z. */
export function startOfDay(day: string, zone: string): number {
  const midnight = dayNumber(day) * DAY;
  const guess = midnight - offsetAt(midnight, zone);
  // Once more, since the clocks may have been changed between UTC's midnight and the zone's.
  return midnight - offsetAt(guess, zone);
}

/** The moment that a person writes as "2026-06-01T18:30" in the clocks of `zone`; null where it is written otherwise. */
export function momentIn(text: string, zone: string): number | null {
  const found = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})$/u.exec(text);
  if (!found) return null;
  const [, day = '', hour = '', minute = ''] = found;
  if (!isDay(day) || Number(hour) > 23 || Number(minute) > 59) return null;
  const local = dayNumber(day) * DAY + (Number(hour) * 60 + Number(minute)) * 60_000;
  const guess = local - offsetAt(local, zone);
  return local - offsetAt(guess, zone);
}

/** Whether a text is a day that there is. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/u.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
