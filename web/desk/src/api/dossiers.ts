import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { address, type Client } from './client';
import { keyed, pinned } from './queries';
import type * as api from './types';

/** Dossiers change at any time, under any release: what rests on them is asked for anew once something was entered. */
const kept = (client: Client, ...parts: readonly unknown[]): unknown[] => keyed(client, 'dossiers', ...parts);

/** Others enter things at the same time: whoever comes back sees what stands there now. */
const FRESH = { staleTime: 0 } as const;

const dossier = (reference: string): string => `/api/dossiers/${encodeURIComponent(reference)}`;
const item = (reference: string, id: string): string => `${dossier(reference)}/items/${encodeURIComponent(id)}`;

/** What an entry in any dossier makes stale. */
export const dossierEntries = (client: Client) => ({ queryKey: kept(client) });

/** All pages of a list, one after another: what is put together by hand is never long. */
async function every<P extends { cursor: string | null }, T>(
  page: (after: string) => Promise<P>,
  of: (page: P) => readonly T[],
): Promise<{ last: P; all: T[] }> {
  let last = await page('');
  const all = [...of(last)];
  while (last.cursor !== null) {
    last = await page(last.cursor);
    all.push(...of(last));
  }
  return { last, all };
}

/** Every dossier of which one may know, in one page, and the districts that a new one may belong to. */
export const dossiers = (client: Client) =>
  infiniteQueryOptions({
    queryKey: kept(client, 'list'),
    ...FRESH,
    queryFn: async ({ signal }): Promise<api.Dossiers> => {
      const { last, all } = await every(
        (after) => client.evidence<api.Dossiers>('/api/dossiers', { after, limit: 500 }, signal),
        (page) => page.dossiers,
      );
      return { ...last, dossiers: all };
    },
    initialPageParam: null,
    getNextPageParam: () => undefined,
  });

/** What other dossiers have too, of all that one leads, or of one dossier. */
export const notices = (client: Client, reference: string | null) =>
  queryOptions({
    queryKey: kept(client, 'notices', reference),
    ...FRESH,
    queryFn: async ({ signal }) => {
      const path = reference === null ? '/api/notices' : `${dossier(reference)}/notices`;
      const page = (after: string) => client.evidence<api.Notices>(path, { after, limit: 500 }, signal);
      return (await every(page, ({ notices: found }) => found)).all;
    },
  });

const part = <T>(client: Client, reference: string, name: string) =>
  queryOptions({
    queryKey: kept(client, reference, name),
    ...FRESH,
    queryFn: ({ signal }) =>
      client.evidence<T>(name ? `${dossier(reference)}/${name}` : dossier(reference), {}, signal),
  });

export const card = (client: Client, reference: string) => part<api.Dossier>(client, reference, '');
export const obstacles = (client: Client, reference: string) => part<api.Obstacle[]>(client, reference, 'obstacles');
/** The events, hypotheses or tasks. */
export const work = <K extends api.WorkKind>(client: Client, reference: string, kind: K) =>
  queryOptions({
    queryKey: kept(client, reference, 'work', kind),
    ...FRESH,
    queryFn: ({ signal }) =>
      client.evidence<Extract<api.DossierWork, { kind: K }>[]>(`${dossier(reference)}/work`, { kind }, signal),
  });
export const identifiers = (client: Client, reference: string) =>
  part<api.DossierIdentifier[]>(client, reference, 'identifiers');

/** Versions that are asked for at once. */
const VERSIONS = 100;

/** All that was ever entered in a dossier, the latest first, page by page. */
export const history = (client: Client, reference: string) =>
  infiniteQueryOptions({
    queryKey: kept(client, reference, 'history'),
    ...FRESH,
    queryFn: ({ pageParam, signal }) =>
      client.evidence<api.DossierVersions>(
        `${dossier(reference)}/history`,
        { after: pageParam, limit: VERSIONS },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: ({ cursor }) => cursor,
  });

/** All that was ever said of one thing, the latest first. */
export const versions = (client: Client, reference: string, kind: api.EntryKind, thing: string) =>
  queryOptions({
    queryKey: kept(client, reference, 'versions', kind, thing),
    ...FRESH,
    queryFn: async ({ signal }) => {
      const page = (after: string) =>
        client.evidence<api.DossierVersions>(
          `${dossier(reference)}/history`,
          { kind, thing, after, limit: VERSIONS },
          signal,
        );
      return (await every(page, ({ versions: found }) => found)).all;
    },
  });
export const dossierThreats = (client: Client, reference: string) => part<api.Threats>(client, reference, 'threats');

export const items = (client: Client, reference: string) =>
  queryOptions({
    queryKey: kept(client, reference, 'items'),
    ...FRESH,
    queryFn: async ({ signal }) => {
      const path = `${dossier(reference)}/items`;
      const page = (after: string) => client.evidence<api.DossierItems>(path, { after, limit: 500 }, signal);
      return (await every(page, ({ items: found }) => found)).all;
    },
  });

/** Items whose lines are asked for at once; the server gives no more. */
export const LINES_AT_ONCE = 50;

/** The messages of some items by the items' names. What a release says never changes: entries make none of it stale. */
export const itemLines = (client: Client, reference: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: keyed(client, 'dossier lines', reference, ids),
    staleTime: Infinity,
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, api.Line>> => {
      const found = await client.evidence<api.DossierLines[]>(`${dossier(reference)}/lines`, { item: ids }, signal);
      return new Map(found.flatMap(({ item: id, lines: [line] }) => (line ? [[id, line]] : [])));
    },
  });

/** A message that is an item, and the lines around it. */
export const itemContext = (client: Client, reference: string, { id, before, after }: api.DossierItem) =>
  queryOptions({
    queryKey: keyed(client, 'dossier context', reference, id, before, after),
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const params = { item: [id], around: 'true' };
      const [found] = await client.evidence<api.DossierLines[]>(`${dossier(reference)}/lines`, params, signal);
      return found?.lines ?? [];
    },
  });

/** Every message that was coded, with the latest decision of each reviewer. */
export const codings = (client: Client, reference: string) =>
  queryOptions({
    queryKey: kept(client, reference, 'codings'),
    ...FRESH,
    queryFn: async ({ signal }) => {
      const path = `${dossier(reference)}/codings`;
      const page = (after: string) => client.evidence<api.CodedMessages>(path, { after, limit: 500 }, signal);
      return (await every(page, ({ messages }) => messages)).all;
    },
  });

/** All threats, and the figures of what was entered from `since` on and before `until`, both in milliseconds. */
export const threats = (client: Client, since: number | null, until: number | null) =>
  queryOptions({
    queryKey: kept(client, 'threats', since, until),
    ...FRESH,
    queryFn: ({ signal }) => client.evidence<api.Threats>('/api/threats', { since, until }, signal),
  });

/** What judges decided on sources; it holds in all dossiers. */
export const exclusions = (client: Client) =>
  queryOptions({
    queryKey: kept(client, 'exclusions'),
    ...FRESH,
    queryFn: ({ signal }) => client.evidence<api.Exclusion[]>('/api/exclusions', { history: 'true' }, signal),
  });

/** What the exclusion of a source would mark; nothing is entered. */
export const previewExclusion = (client: Client, source: string, value: string): Promise<api.ExclusionPreview> =>
  client.evidence('/api/exclusions/preview', { source, value });

/** Enter something; under the release that one has before one's eyes. */
const enter = <T>(client: Client, path: string, body: unknown): Promise<T> =>
  client.post(address(path, pinned(client)), body);

export const openDossier = (client: Client, made: api.NewDossier): Promise<api.Dossier> =>
  enter(client, '/api/dossiers', made);
export const changeCard = (
  client: Client,
  reference: string,
  field: api.CardField,
  value: string,
  version: number,
): Promise<api.Dossier> => enter(client, `${dossier(reference)}/card`, { field, value, version });
export const addMember = (client: Client, reference: string, user: string): Promise<api.Dossier> =>
  enter(client, `${dossier(reference)}/members`, { user });
export const removeMember = (client: Client, reference: string, user: string): Promise<void> =>
  enter(client, `${dossier(reference)}/members/remove`, { user });
export const setOpen = (client: Client, reference: string, open: boolean, why: string): Promise<api.Dossier> =>
  enter(client, `${dossier(reference)}/${open ? 'reopen' : 'close'}`, { why });

export const addItem = (client: Client, reference: string, made: api.NewDossierItem): Promise<api.DossierItem> =>
  enter(client, `${dossier(reference)}/items`, made);
export const changeItem = (
  client: Client,
  reference: string,
  id: string,
  said: api.ItemChange,
): Promise<api.DossierItem> => enter(client, `${item(reference, id)}/change`, said);
export const removeItem = (client: Client, reference: string, { id, version }: Seen, why: string): Promise<void> =>
  enter(client, `${item(reference, id)}/remove`, { why, version });
export const addDocument = (client: Client, reference: string, file: File, why: string): Promise<api.DossierItem> =>
  client.put(`${dossier(reference)}/documents`, file, { ...pinned(client), name: file.name, why });
export const documentFile = (client: Client, reference: string, { id, name }: api.DossierItem) =>
  client.file(`${dossier(reference)}/documents/${encodeURIComponent(id)}`, pinned(client), name);

export const code = (client: Client, reference: string, made: api.NewCoding): Promise<api.DossierCoding> =>
  enter(client, `${dossier(reference)}/codings`, made);

/** Something that stands in a dossier, and the version of it that one has before one's eyes. */
export type Seen = { id: string; version: number };

/** Add an event, a hypothesis or a task; where it stands there, say something else of it. */
export const enterWork = (client: Client, reference: string, old: Seen | null, made: api.NewWork): Promise<unknown> =>
  old === null
    ? enter(client, `${dossier(reference)}/work`, made)
    : enter(client, `${dossier(reference)}/work/${old.id}`, { ...made, version: old.version });
export const removeWork = (client: Client, reference: string, kind: api.WorkKind, { id, version }: Seen, why: string) =>
  enter<void>(client, `${dossier(reference)}/work/${id}/remove`, { kind, why, version });

export const addIdentifier = (
  client: Client,
  reference: string,
  made: api.NewIdentifier,
): Promise<api.DossierIdentifier> => enter(client, `${dossier(reference)}/identifiers`, made);
export const removeIdentifier = (client: Client, reference: string, made: api.NewIdentifier): Promise<void> =>
  enter(client, `${dossier(reference)}/identifiers/remove`, made);

/** Enter that a judge excluded a source, or admitted it again. */
export const decideSource = (client: Client, excluded: boolean, made: api.NewExclusion): Promise<api.Exclusion> =>
  enter(client, `/api/exclusions${excluded ? '' : '/readmit'}`, made);

export const raiseAlert = (client: Client, reference: string, words: string): Promise<api.Threat> =>
  enter(client, `${dossier(reference)}/threats`, { words });
export const takeStep = (client: Client, reference: string, id: string, made: api.NewStep): Promise<api.Threat> =>
  enter(client, `${dossier(reference)}/threats/${encodeURIComponent(id)}`, made);
