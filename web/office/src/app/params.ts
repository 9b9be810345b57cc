import { type Raw, text } from '~/frame/params';

import { type CodeState, CODE_STATES, type LicenceState, LICENCE_STATES } from '@/api/types';

const oneOf = <T extends string>(value: unknown, all: readonly T[]): T | undefined =>
  all.find((each) => each === value);

export interface LicencesParams {
  pin?: string;
  state?: LicenceState;
  reseller?: string;
  product?: string;
  order?: 'soonest';
  /** PIN of the licence that is open. */
  open?: string;
}

export const licencesParams = (raw: Raw): LicencesParams => ({
  pin: text(raw.pin),
  state: oneOf(raw.state, LICENCE_STATES),
  reseller: text(raw.reseller),
  product: text(raw.product),
  order: oneOf(raw.order, ['soonest'] as const),
  open: text(raw.open),
});

export const codesParams = (raw: Raw): { state?: CodeState; reseller?: string } => ({
  state: oneOf(raw.state, CODE_STATES),
  reseller: text(raw.reseller),
});

export const resellersParams = (raw: Raw): { account?: string } => ({ account: text(raw.account) });

export const loginsParams = (raw: Raw): { name?: string } => ({ name: text(raw.name) });
