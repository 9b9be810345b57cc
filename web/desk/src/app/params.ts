import type { Order } from '~/api/types';

/**
 * What stands behind the question mark of each page, so that a link shows another person the same thing.
 * Values arrive as texts or lists of texts; anything that does not fit is dropped.
 */
export type Raw = Record<string, unknown>;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

const list = (value: unknown): string[] | undefined => {
  const values = (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string');
  return values.length > 0 ? values : undefined;
};

const whole = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? +value : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
};

export interface SearchParams {
  q?: string;
  order?: Order;
  /** Record that is open in the reading pane. */
  hit?: number;
  /** Record whose provenance is open. */
  provenance?: number;
}

export function searchParams(raw: Raw): SearchParams {
  const order = raw.order;
  return {
    q: text(raw.q),
    order: order === 'oldest' || order === 'relevance' ? order : undefined,
    hit: whole(raw.hit),
    provenance: whole(raw.provenance),
  };
}

export interface ConversationParams {
  /** Record to open at. */
  at?: number;
  participant?: string[];
  kind?: string[];
  provenance?: number;
}

export const conversationParams = (raw: Raw): ConversationParams => ({
  at: whole(raw.at),
  participant: list(raw.participant),
  kind: list(raw.kind),
  provenance: whole(raw.provenance),
});

export const findParams = (raw: Raw): { find?: string } => ({ find: text(raw.find) });
export const auditParams = (raw: Raw): { user?: string; act?: string } => ({
  user: text(raw.user),
  act: text(raw.act),
});
export const nextParams = (raw: Raw): { next?: string } => {
  const next = text(raw.next);
  // Only places of this desk: "//host" would lead elsewhere.
  return { next: next?.startsWith('/') && !next.startsWith('//') ? next : undefined };
};
export const compareParams = (raw: Raw): { old?: number; new?: number } => ({
  old: whole(raw.old),
  new: whole(raw.new),
});

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
