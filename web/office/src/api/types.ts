/**
 * The shapes of the office's API under the names that the server gives them. `npm run types` makes openapi.ts anew from
 * openapi.json, which describes the server.
 */

import type { components } from './openapi';

type Schemas = components['schemas'];

export type AccountLine = Schemas['AccountLine'];
export type Balance = Schemas['Balance'];
export type Balances = Schemas['Balances'];
export type By = Schemas['Who'];
export type Batch = Schemas['Batch'];
export type CodeState = Sale['state'];
export type LedgerLine = Schemas['LedgerLine'];
export type LedgerPage = Schemas['LedgerPage'];
export type Licence = Schemas['Licence'];
export type LicenceDetail = Schemas['LicenceDetail'];
export type LicencePage = Schemas['LicencePage'];
export type LicenceState = Licence['state'];
export type LoginPage = Schemas['LoginPage'];
export type Month = Schemas['Month'];
export type Overview = Schemas['Overview'] & Partial<Pick<Schemas['ShopOverview'], 'reseller'>>;
export type Product = Schemas['Product'];
export type Recount = Schemas['Recount'];
export type Reseller = Schemas['Reseller'];
export type Sale = Schemas['Sale'];
export type SalePage = Schemas['SalePage'];
export type Session = Schemas['Session'];
export type Statement = Schemas['Statement'];
export type TransferCode = Schemas['TransferCode'];
export type Verified = Schemas['Verified'];
export type Voided = Schemas['Voided'];

export const LICENCE_STATES: readonly LicenceState[] = ['active', 'expired', 'suspended', 'revoked'];
export const CODE_STATES: readonly CodeState[] = ['unused', 'activated', 'renewed', 'void'];
