/**
 * What stands behind the question mark of each page, so that a link shows another person the same thing.
 * Values arrive as texts or lists of texts; anything that does not fit is dropped.
 */
export type Raw = Record<string, unknown>;

export const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

export const nextParams = (raw: Raw): { next?: string } => {
  const next = text(raw.next);
  // Only places of this application: "//host" would lead elsewhere.
  return { next: next?.startsWith('/') && !next.startsWith('//') ? next : undefined };
};

/** Plain `?q=crane&kind=text&kind=voice`, readable by a person. */
export function parseSearch(search: string): Raw {
  const raw: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const old = raw[name];
    raw[name] = old === undefined ? value : [old, value].flat();
  }
  return raw;
}

export function stringifySearch(search: Raw): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) query.append(name, String(each));
    }
  }
  const result = query.toString();
  return result ? `?${result}` : '';
}
