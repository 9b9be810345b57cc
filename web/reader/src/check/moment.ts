/** Times as a pack writes them: ISO 8601 with milliseconds and offset. */

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})([+-])(\d\d):(\d\d)(?::(\d\d))?$/;

/** The moment in ms since 1970; NaN where it is not written so. */
export function momentOf(iso: string): number {
  const found = FORM.exec(iso);
  if (!found) return NaN;
  const [year, month, day, hour, minute, second, ms] = found.slice(1, 8).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  const offset = (Number(found[9]) * 60 + Number(found[10])) * 60 + Number(found[11] || 0);
  return date.getTime() - (found[8] === '-' ? -offset : offset) * 1000;
}

/** The day, the time of day and the offset of a time that is written so. */
export function partsOf(iso: string): { day: string; clock: string; offset: string } {
  return { day: iso.slice(0, 10), clock: iso.slice(11, 19), offset: iso.slice(23) };
}
