import { queryOptions } from '@tanstack/react-query';

import { address, type Client } from './client';
import { dossierEntries } from './dossiers';
import { pinned } from './queries';
import type * as api from './types';

const at = (reference: string, ...parts: readonly string[]): string =>
  ['/api/dossiers', reference, ...parts].map((part) => part.replace(/[^\w/]/gu, encodeURIComponent)).join('/');

const kept = (client: Client, ...parts: readonly unknown[]): unknown[] => [
  ...dossierEntries(client).queryKey,
  ...parts,
];

const listed = <T>(client: Client, name: string, path: string) =>
  queryOptions({
    queryKey: kept(client, name, path),
    staleTime: 0,
    queryFn: ({ signal }) => client.evidence<T[]>(path, {}, signal),
  });

/** What is offered to whoever asks. */
export const offers = (client: Client) => listed<api.DossierOffer>(client, 'offers', '/api/offers');

export const transfers = (client: Client, reference: string) =>
  listed<api.DossierTransfer>(client, 'transfers', at(reference, 'transfers'));

/** The packages that were sent of a dossier. */
export const packages = (client: Client, reference: string) =>
  listed<api.SentPackage>(client, 'packages', at(reference, 'packages'));

const enter = <T>(client: Client, path: string, body: unknown): Promise<T> =>
  client.post(address(path, pinned(client)), body);

export const offerDossier = (client: Client, reference: string, made: api.NewTransfer): Promise<api.DossierTransfer> =>
  enter(client, at(reference, 'transfers'), made);
export const withdrawOffer = (client: Client, reference: string, why: string): Promise<api.DossierTransfer> =>
  enter(client, at(reference, 'transfers', 'withdraw'), { why });
export const acceptOffer = (client: Client, reference: string, contact: string): Promise<api.Dossier> =>
  enter(client, `/api/offers/${reference}/accept`, { contact });
export const refuseOffer = (client: Client, reference: string, why: string): Promise<void> =>
  enter(client, `/api/offers/${reference}/refuse`, { why });

export const transferDocument = (client: Client, reference: string) =>
  client.file(at(reference, 'transfers', 'document'), pinned(client), 'transfer.json');
export const recallNotice = (client: Client, { reference, thing }: api.SentPackage) =>
  client.file(at(reference, 'packages', thing, 'notice'), pinned(client), 'recall.json');

export const recallPackage = (client: Client, sent: api.SentPackage, why: string): Promise<api.SentPackage> =>
  enter(client, at(sent.reference, 'packages', sent.thing, 'recall'), { why });
export const confirmRecall = (
  client: Client,
  sent: api.SentPackage,
  made: api.NewConfirmation,
): Promise<api.SentPackage> => enter(client, at(sent.reference, 'packages', sent.thing, 'confirm'), made);
