import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { address, type Client } from './client';
import type * as api from './types';

/** Evidence of a release never changes: what was fetched once stays right until another release is made. */
const FOR_EVER = { staleTime: Infinity } as const;

/** Every key begins with authority and release, so that nothing seen under one is shown under another. */
export const keyed = (client: Client, ...parts: readonly unknown[]): unknown[] => [
  client.caller.authority,
  client.caller.release,
  ...parts,
];

/**
 * Keeps the answer before, while the next one comes; never across authorities or releases: what was seen under one is
 * not shown under another, not even for a moment.
 */
export const sameSight =
  (client: Client) =>
  <T>(before: T | undefined, query: { queryKey: readonly unknown[] } | undefined): T | undefined =>
    query && keyed(client).every((part, index) => query.queryKey[index] === part) ? before : undefined;

/** The release that is read, for requests that are no plain reads. */
export const pinned = (client: Client) => ({ release: client.caller.release });

const record = (number: number): string => `/api/records/${number}`;
const conversation = (id: string): string => `/api/conversations/${encodeURIComponent(id)}`;

export const overview = (client: Client) =>
  queryOptions({
    queryKey: keyed(client, 'overview'),
    queryFn: ({ signal }) => client.get<api.Overview>('/api/overview', {}, signal),
  });

export const bookmarks = (client: Client) =>
  queryOptions({
    queryKey: keyed(client, 'bookmarks'),
    queryFn: ({ signal }) => client.evidence<api.Bookmark[]>('/api/reading', {}, signal),
    staleTime: 0,
  });

export const HITS_PER_PAGE = 60;

const searchPage = (client: Client, q: string, order: api.Order, after: string | null, signal: AbortSignal) =>
  client.evidence<api.SearchPage>('/api/search', { q, order, after, limit: HITS_PER_PAGE }, signal);

/** One page of a result, after a cursor; held by whoever asks for it, not here. */
export const hitPage = (client: Client, q: string, order: api.Order, after: string | null) =>
  queryOptions({
    queryKey: keyed(client, 'search page', q, order, after),
    queryFn: ({ signal }) => searchPage(client, q, order, after, signal),
    gcTime: 0,
  });

export const hits = (client: Client, q: string, order: api.Order) =>
  infiniteQueryOptions({
    queryKey: keyed(client, 'search', q, order),
    queryFn: ({ signal, pageParam }) => searchPage(client, q, order, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
    ...FOR_EVER,
  });

export const histogram = (client: Client, q: string) =>
  queryOptions({
    queryKey: keyed(client, 'histogram', q),
    queryFn: ({ signal }) => client.evidence<api.Histogram>('/api/search/histogram', { q }, signal),
    ...FOR_EVER,
  });

export const facets = (client: Client, q: string) =>
  queryOptions({
    queryKey: keyed(client, 'facets', q),
    queryFn: ({ signal }) => client.evidence<api.Facets>('/api/search/facets', { q }, signal),
    ...FOR_EVER,
  });

export const completions = (client: Client, q: string, position: number) =>
  queryOptions({
    queryKey: keyed(client, 'complete', q, position),
    queryFn: ({ signal }) => client.evidence<api.Completions>('/api/search/complete', { q, position }, signal),
    staleTime: 60_000,
    retry: false,
  });

export const conversations = (client: Client, find: string) =>
  infiniteQueryOptions({
    queryKey: keyed(client, 'conversations', find),
    queryFn: ({ signal, pageParam }) =>
      client.evidence<api.Conversations>('/api/conversations', { find, after: pageParam, limit: 60 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  });

export const conversationSummary = (client: Client, id: string) =>
  queryOptions({
    queryKey: keyed(client, 'conversation', id),
    queryFn: ({ signal }) => client.evidence<api.ConversationSummary>(conversation(id), {}, signal),
  });

/** Where a page of a conversation begins. Where one stopped may be gone since, withheld: then its end does as well. */
export type Start =
  | { around: number }
  | { resume: number }
  | { at: number }
  | { before: string }
  | { after: string }
  | { end: true };

export interface LineFilter {
  participant: readonly string[];
  kind: readonly string[];
}

export function conversationPage(
  client: Client,
  id: string,
  start: Start,
  filter: LineFilter,
  limit: number,
  signal: AbortSignal,
): Promise<api.ConversationPage> {
  const from = 'end' in start ? {} : 'resume' in start ? { around: start.resume } : start;
  return client.evidence(`${conversation(id)}/messages`, { ...from, limit, ...filter }, signal);
}

export const density = (client: Client, id: string) =>
  queryOptions({
    queryKey: keyed(client, 'density', id),
    queryFn: ({ signal }) => client.evidence<api.Density>(`${conversation(id)}/density`, {}, signal),
    ...FOR_EVER,
  });

export const position = (client: Client, id: string) =>
  queryOptions({
    queryKey: keyed(client, 'position', id),
    queryFn: ({ signal }) => client.get<api.Position>(`${conversation(id)}/position`, {}, signal),
    staleTime: 0,
    gcTime: 0,
  });

export const keepPosition = (client: Client, id: string, number: number): Promise<api.Position> =>
  client.put(`${conversation(id)}/position`, { number } satisfies api.Position);

export const line = (client: Client, number: number) =>
  queryOptions({
    queryKey: keyed(client, 'record', number),
    queryFn: ({ signal }) => client.evidence<api.Line>(record(number), {}, signal),
    ...FOR_EVER,
  });

export const provenance = (client: Client, number: number) =>
  queryOptions({
    queryKey: keyed(client, 'provenance', number),
    queryFn: ({ signal }) => client.evidence<api.Provenance>(`${record(number)}/provenance`, {}, signal),
    ...FOR_EVER,
  });

const account = (name: string): string => `/api/accounts/${encodeURIComponent(name)}`;
const person = (id: string): string => `/api/persons/${encodeURIComponent(id)}`;
const attribution = (id: string): string => `/api/attributions/${encodeURIComponent(id)}`;

/** Claims are made at any time, under any release: what rests on them is asked for anew once one was made. */
const claimed = (client: Client, ...parts: readonly unknown[]): unknown[] => keyed(client, 'claims', ...parts);

/** What a new claim, a withdrawal or a merge makes stale. */
export const claims = (client: Client) => ({ queryKey: claimed(client) });

export const accounts = (client: Client, find: string, unclaimed: boolean) =>
  infiniteQueryOptions({
    queryKey: claimed(client, 'accounts', find, unclaimed),
    queryFn: ({ signal, pageParam }) =>
      client.evidence<api.Accounts>('/api/accounts', { find, unclaimed: String(unclaimed), after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  });

/** Entries of each list of an account's profile: the most frequent; of all of them there may be thousands. */
const LISTED = 20;

export const profile = (client: Client, name: string, limit = LISTED) =>
  queryOptions({
    queryKey: keyed(client, 'account', name, limit),
    queryFn: ({ signal }) => client.evidence<api.AccountPage>(account(name), { limit }, signal),
    ...FOR_EVER,
  });

export const accountHour = (client: Client, name: string, hour: number) =>
  queryOptions({
    queryKey: keyed(client, 'account hour', name, hour),
    queryFn: ({ signal }) => client.evidence<api.HourQueries>(`${account(name)}/hours/${hour}`, {}, signal),
    ...FOR_EVER,
  });

/** All claims on an account, those that ended too. */
export const claimsOn = (client: Client, name: string) =>
  queryOptions({
    queryKey: claimed(client, 'account', name),
    queryFn: async ({ signal }) => {
      const page = (after: string): Promise<api.Attributions> =>
        client.evidence('/api/attributions', { account: name, ended: 'true', after, limit: 500 }, signal);
      let last = await page('');
      const found = [...last.attributions];
      while (last.cursor !== null) {
        last = await page(last.cursor);
        found.push(...last.attributions);
      }
      return found;
    },
  });

export const claim = (client: Client, made: api.NewAttribution, supersedes: string | null): Promise<api.Attribution> =>
  client.post(
    address(supersedes === null ? '/api/attributions' : `${attribution(supersedes)}/supersede`, pinned(client)),
    made,
  );
export const withdraw = (client: Client, id: string, why: string): Promise<api.AttributionHistory> =>
  client.post(address(`${attribution(id)}/withdraw`, pinned(client)), { why });
export const claimFile = (client: Client, id: string) =>
  client.file(`${attribution(id)}/proof`, { ...pinned(client), messages: 'true' }, `${id}.json`);

export const persons = (client: Client, find: string) =>
  infiniteQueryOptions({
    queryKey: claimed(client, 'persons', find),
    queryFn: ({ signal, pageParam }) =>
      client.evidence<api.Persons>('/api/persons', { find, after: pageParam, limit: 60 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  });

export const personPage = (client: Client, id: string) =>
  queryOptions({
    queryKey: claimed(client, 'person', id),
    queryFn: ({ signal }) => client.evidence<api.PersonPage>(person(id), {}, signal),
  });

export const merge = (client: Client, kept: string, absorbed: string, why: string): Promise<api.PersonMerge> =>
  client.post(address('/api/persons/merge', pinned(client)), { kept, absorbed, why });
export const part = (client: Client, id: string, why: string): Promise<api.PersonMerge> =>
  client.post(address('/api/persons/part', pinned(client)), { merge: id, why });

const guarded = (client: Client, ...parts: readonly unknown[]): unknown[] => keyed(client, 'privilege', ...parts);

export const privilege = (client: Client) =>
  queryOptions({
    queryKey: guarded(client),
    queryFn: ({ signal }) => client.get<api.Privilege>('/api/privilege', {}, signal),
  });

export const decisions = (client: Client, history: boolean) =>
  queryOptions({
    queryKey: guarded(client, 'decisions', history),
    queryFn: ({ signal }) =>
      client.get<api.PrivilegeDecision[]>('/api/privilege/decisions', { history: String(history) }, signal),
  });

export const declare = (client: Client, made: api.NewDeclaration): Promise<api.Declaration> =>
  client.post('/api/privilege/declarations', made);
export const suspect = (client: Client, subject: api.PrivilegeSubject): Promise<api.Suspected> =>
  client.post('/api/privilege/suspect', subject);
export const settle = (
  client: Client,
  number: number,
  verb: 'verify' | 'reject',
  why: string,
): Promise<api.Declaration> => client.post(`/api/privilege/declarations/${number}/${verb}`, { why });
export const decide = (
  client: Client,
  verb: 'confirm' | 'release',
  subject: api.PrivilegeSubject,
): Promise<api.PrivilegeDecision[]> => client.post(`/api/privilege/${verb}`, subject);

/** The outcome of a proof in this sitting, kept so that a proved line stays marked. Never fetched by itself. */
export const proofKey = (client: Client, number: number) => keyed(client, 'proof', number);
export const prove = (client: Client, number: number, signal: AbortSignal): Promise<api.Check> =>
  client.post(address(`${record(number)}/prove`, pinned(client)), undefined, signal);
export const proofFile = (client: Client, number: number) =>
  client.file(`${record(number)}/proof`, pinned(client), `proof-${number}.json`);

export const releases = (client: Client) =>
  queryOptions({
    queryKey: keyed(client, 'releases'),
    queryFn: ({ signal }) => client.get<api.ReleaseSummary[]>('/api/releases', {}, signal),
  });

export const release = (client: Client, number: number) =>
  queryOptions({
    queryKey: keyed(client, 'release', number),
    queryFn: ({ signal }) => client.get<api.ReleaseDetail>(`/api/releases/${number}`, {}, signal),
    ...FOR_EVER,
  });

export const releaseDiff = (client: Client, older: number, newer: number) =>
  queryOptions({
    queryKey: keyed(client, 'diff', older, newer),
    queryFn: ({ signal }) => client.get<api.ReleaseDiff>('/api/releases/diff', { old: older, new: newer }, signal),
    ...FOR_EVER,
  });

export const verifyRelease = (client: Client, number: number, signal: AbortSignal) =>
  client.lines<api.VerifyEvent>(`/api/releases/${number}/verify`, signal);

export const audit = (client: Client, user: string, act: string) =>
  infiniteQueryOptions({
    queryKey: keyed(client, 'audit', user, act),
    queryFn: ({ signal, pageParam }) =>
      client.get<api.AuditPage>('/api/audit', { before: pageParam, limit: 100, user, act }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.cursor,
    staleTime: 0,
  });

export const verifyAudit = (client: Client, signal: AbortSignal): Promise<api.Check> =>
  client.post('/api/audit/verify', undefined, signal);
export const auditFile = (client: Client) => client.file('/api/audit/export', {}, 'audit.jsonl');

export const users = (client: Client) =>
  queryOptions({
    queryKey: keyed(client, 'users'),
    queryFn: ({ signal }) => client.get<api.UserLine[]>('/api/users', {}, signal),
  });

/** The address of an attachment, for elements that fetch by themselves and cannot send headers. */
export function mediaAddress(client: Client, media: api.MediaLine, number: number): string | null {
  if (media.url === null) return null;
  const [path = '', query = ''] = media.url.split('?');
  const params: Record<string, string> = Object.fromEntries(new URLSearchParams(query));
  const { authority, purpose, release } = client.caller;
  return address(path, { ...params, authority, purpose, release, record: number });
}
