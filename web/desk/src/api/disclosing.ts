import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { address, type Client } from './client';
import { dossierEntries } from './dossiers';
import { pinned } from './queries';
import type * as api from './types';

/** How often it is asked how far a pack has come, in milliseconds. */
const ASK_AGAIN = 700;

/** Lines of a page of a schedule. */
const LINES = 200;

export const SCHEDULES = ['used', 'unused', 'sensitive'] as const;
export type Schedule = (typeof SCHEDULES)[number];

/** What a page of each schedule holds. */
export interface SchedulePages {
  used: api.UsedSchedule;
  unused: api.UnusedSchedule;
  sensitive: api.SensitiveSchedule;
}

const at = (reference: string, name: string): string =>
  `/api/dossiers/${encodeURIComponent(reference)}/disclosure/${name}`;

/** Whatever is entered in a dossier may change what it discloses: it is asked for anew then. */
const kept = (client: Client, reference: string, name: string): unknown[] => [
  ...dossierEntries(client).queryKey,
  reference,
  'disclosure',
  name,
];

const FRESH = { staleTime: 0 } as const;

/** A schedule as a pack would have it, page by page. */
export const scheduleLines = <S extends Schedule>(client: Client, reference: string, schedule: S) =>
  infiniteQueryOptions({
    queryKey: kept(client, reference, schedule),
    ...FRESH,
    queryFn: ({ pageParam, signal }) =>
      client.evidence<SchedulePages[S]>(at(reference, schedule), { after: pageParam, limit: LINES }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor ?? undefined,
  });

/** All lines of a schedule, for paper. */
export async function wholeSchedule<S extends Schedule>(
  client: Client,
  reference: string,
  schedule: S,
): Promise<SchedulePages[S]['lines'][number][]> {
  const all: SchedulePages[S]['lines'][number][] = [];
  let after: string | null = '';
  while (after !== null) {
    const page: SchedulePages[S] = await client.evidence(at(reference, schedule), { after, limit: 500 });
    all.push(...page.lines);
    after = page.cursor;
  }
  return all;
}

export const disclosurePreview = (client: Client, reference: string) =>
  queryOptions({
    queryKey: kept(client, reference, 'preview'),
    ...FRESH,
    queryFn: ({ signal }) => client.evidence<api.DisclosurePreview>(at(reference, 'preview'), {}, signal),
  });

export const earlierDisclosures = (client: Client, reference: string) =>
  queryOptions({
    queryKey: kept(client, reference, 'earlier'),
    ...FRESH,
    queryFn: ({ signal }) => client.evidence<api.EarlierDisclosures>(at(reference, 'earlier'), {}, signal),
  });

/** How far the pack has come that one asked for. */
export const packProgress = (client: Client, reference: string) =>
  queryOptions({
    queryKey: kept(client, reference, 'pack'),
    ...FRESH,
    queryFn: ({ signal }) => client.evidence<api.PackProgress>(at(reference, 'pack'), {}, signal),
    refetchInterval: ({ state }) =>
      state.data?.state === 'making' || state.data?.state === 'others' ? ASK_AGAIN : false,
  });

const enter = <T>(client: Client, path: string, body?: unknown): Promise<T> =>
  client.post(address(path, pinned(client)), body);

export const redact = (client: Client, reference: string, made: api.NewRedaction): Promise<void> =>
  enter(client, at(reference, 'redactions'), made);
export const takeBack = (client: Client, reference: string, made: api.NewRedaction): Promise<void> =>
  enter(client, at(reference, 'redactions/take-back'), made);
export const holdBack = (client: Client, reference: string, made: api.NewHolding): Promise<void> =>
  enter(client, at(reference, 'sensitive'), made);
export const giveBack = (client: Client, reference: string, made: api.NewHolding): Promise<void> =>
  enter(client, at(reference, 'sensitive/give-back'), made);

export const makePack = (client: Client, reference: string, made: api.NewPack): Promise<api.PackProgress> =>
  enter(client, at(reference, 'pack'), made);
export const discardPack = (client: Client, reference: string): Promise<void> =>
  enter(client, at(reference, 'pack/discard'));
export const packFile = (client: Client, reference: string) =>
  client.made(address(at(reference, 'pack/file'), pinned(client)), undefined, 'pack.zip');
