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

/** The moment at which `day` begins in `zone`, in milliseconds since 1970-01-01T00:00:00Z. */
export function startOfDay(day: string, zone: string): number {
  const midnight = dayNumber(day) * DAY;
  const guess = midnight - offsetAt(midnight, zone);
  // Once more, since the clocks may have been changed between UTC's midnight and the zone's.
  return midnight - offsetAt(guess, zone);
}
