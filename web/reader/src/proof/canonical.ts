/** Canonical JSON: RFC 8785 without fractions. JavaScript's own order of texts is the one that it asks for. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export class NotCanonicalError extends Error {}

export function canonical(value: Json): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new NotCanonicalError();
    return String(value);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name]!)}`);
  return `{${members.join(',')}}`;
}

/**
 * Parse canonical JSON; throws `NotCanonicalError` for any other text.
 *
 * What is written again must be the same text: so no key is given twice, no number has a fraction, nothing is left over.
 */
export function parseCanonical(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new NotCanonicalError();
  }
  if (canonical(value) !== text) throw new NotCanonicalError();
  return value;
}

/** The same for an object. */
export function parseObject(text: string): { [name: string]: Json } {
  const value = parseCanonical(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new NotCanonicalError();
  return value;
}

/** Whether two values are the same JSON. */
export const same = (left: Json, right: Json): boolean => canonical(left) === canonical(right);
