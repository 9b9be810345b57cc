import { type Schedule, SCHEDULES } from '~/api/disclosing';
import type { Order } from '~/api/types';
import { type Raw, text } from '~/frame/params';
import { type DossierOrder, ORDERS } from '~/logic/dossiers';

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

const yes = (value: unknown): true | undefined => (value === true || value === 'true' ? true : undefined);

export const accountsParams = (raw: Raw): { find?: string; unclaimed?: true } => ({
  find: text(raw.find),
  unclaimed: yes(raw.unclaimed),
});
/** With `attribute`, the form opens. */
export const accountParams = (raw: Raw): { attribute?: true } => ({ attribute: yes(raw.attribute) });

export const SHOWN = ['waiting', 'decided', 'history'] as const;
export type Shown = (typeof SHOWN)[number];

export interface FilterParams {
  /** Which part of the list; what waits where none is named. */
  show?: Shown;
  /** Key of the entry that is open. */
  open?: string;
  provenance?: number;
}

export const filterParams = (raw: Raw): FilterParams => ({
  show: SHOWN.find((each) => each === raw.show),
  open: text(raw.open),
  provenance: whole(raw.provenance),
});

export const DOSSIER_STATES = ['open', 'closed', 'all'] as const;
export type DossierState = (typeof DOSSIER_STATES)[number];

export interface DossiersParams {
  find?: string;
  /** The open ones where none is named. */
  state?: DossierState;
  /** Name of the only district. */
  district?: string;
  /** The newest first where none is named. */
  order?: DossierOrder;
}

export const dossiersParams = (raw: Raw): DossiersParams => ({
  find: text(raw.find),
  state: DOSSIER_STATES.find((each) => each === raw.state),
  district: text(raw.district),
  order: ORDERS.find((each) => each === raw.order),
});

/** Which schedule is shown: that of what is used where none is named. */
export const discloseParams = (raw: Raw): { show?: Schedule } => ({
  show: SCHEDULES.find((each) => each === raw.show),
});

/** With `disputed`, only messages on which reviewers disagree. */
export const dossierParams = (raw: Raw): { disputed?: true } => ({ disputed: yes(raw.disputed) });

export const THREATS_SHOWN = ['all', 'waiting', 'open', 'ended'] as const;
export type ThreatsShown = (typeof THREATS_SHOWN)[number];

/** `from` and `to` are the first and the last day of the figures. */
export const threatsParams = (raw: Raw): { show?: ThreatsShown; from?: string; to?: string } => ({
  show: THREATS_SHOWN.find((each) => each === raw.show),
  from: text(raw.from),
  to: text(raw.to),
});

export const findParams = (raw: Raw): { find?: string } => ({ find: text(raw.find) });
export const auditParams = (raw: Raw): { user?: string; act?: string } => ({
  user: text(raw.user),
  act: text(raw.act),
});
export const compareParams = (raw: Raw): { old?: number; new?: number } => ({
  old: whole(raw.old),
  new: whole(raw.new),
});
