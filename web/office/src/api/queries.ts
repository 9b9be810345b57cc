import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import type { Office } from '@/app/office';

import type * as api from './types';

/** Rows of a page of a list. */
const LIMIT = 200;

/** Every key begins with who asks, so that nothing seen by one is shown to another. */
const keyed = (office: Office, ...parts: readonly unknown[]): unknown[] => [
  office.session.part,
  office.session.user,
  ...parts,
];

export const everything = (office: Office) => ({ queryKey: keyed(office) });

export const overview = (office: Office) =>
  queryOptions({
    queryKey: keyed(office, 'overview'),
    queryFn: ({ signal }) => office.client.get<api.Overview>(office.at('overview'), {}, signal),
  });

export const products = (office: Office) =>
  queryOptions({
    queryKey: keyed(office, 'products'),
    queryFn: ({ signal }) => office.client.get<api.Product[]>(office.at('products'), {}, signal),
  });

export const resellers = (office: Office) =>
  queryOptions({
    queryKey: keyed(office, 'resellers'),
    queryFn: ({ signal }) => office.client.get<api.Reseller[]>('/api/resellers', {}, signal),
    enabled: office.isOperator,
  });

export const balances = (office: Office) =>
  queryOptions({
    queryKey: keyed(office, 'balances'),
    queryFn: ({ signal }) => office.client.get<api.Balances>(office.at('balances'), {}, signal),
  });

/** What licences are looked for by. */
export interface Sought {
  pin?: string;
  state?: api.LicenceState;
  reseller?: string;
  product?: string;
  latest?: boolean;
}

export const licences = (office: Office, { latest, ...sought }: Sought) =>
  infiniteQueryOptions({
    queryKey: keyed(office, 'licences', sought, latest),
    queryFn: ({ pageParam, signal }) =>
      office.client.get<api.LicencePage>(
        office.at('licences'),
        { ...sought, latest_first: latest ? 'true' : undefined, cursor: pageParam, limit: LIMIT },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  });

export const licence = (office: Office, pin: string) =>
  queryOptions({
    queryKey: keyed(office, 'licence', pin),
    queryFn: ({ signal }) => office.client.get<api.LicenceDetail>(`/api/licences/${pin}`, {}, signal),
    enabled: office.isOperator,
  });

export const sales = (office: Office, state: api.CodeState | undefined, reseller: string | undefined) =>
  infiniteQueryOptions({
    queryKey: keyed(office, 'sales', state, reseller),
    queryFn: ({ pageParam, signal }) =>
      office.client.get<api.SalePage>(office.at('sales'), { state, reseller, before: pageParam, limit: LIMIT }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  });

export const ledger = (office: Office) =>
  infiniteQueryOptions({
    queryKey: keyed(office, 'ledger'),
    queryFn: ({ pageParam, signal }) =>
      office.client.get<api.LedgerPage>('/api/ledger', { before: pageParam, limit: LIMIT }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.cursor,
  });

export const logins = (office: Office, name: string | undefined) =>
  infiniteQueryOptions({
    queryKey: keyed(office, 'logins', name),
    queryFn: ({ pageParam, signal }) =>
      office.client.get<api.LoginPage>('/api/logins', { name, before: pageParam, limit: LIMIT }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.cursor,
    staleTime: 0,
  });

/** The account of a reseller; of oneself where none is named. */
export const account = (office: Office, name?: string) =>
  infiniteQueryOptions({
    queryKey: keyed(office, 'account', name),
    queryFn: ({ pageParam, signal }) =>
      office.client.get<api.Statement>(
        name === undefined ? office.at('account') : `${resellerPath(name)}/account`,
        { before: pageParam, limit: LIMIT },
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.cursor,
  });

export const resellerPath = (name: string): string => `/api/resellers/${encodeURIComponent(name)}`;
