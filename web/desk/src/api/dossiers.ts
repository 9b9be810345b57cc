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
/** All that its card ever said. */
export const cardHistory = (client: Client, reference: string) => part<api.CardVersion[]>(client, reference, 'history');
export const obstacles = (client: Client, reference: string) => part<api.Obstacle[]>(client, reference, 'obstacles');
export const events = (client: Client, reference: string) => part<api.DossierEvent[]>(client, reference, 'chronology');
export const hypotheses = (client: Client, reference: string) =>
  part<api.DossierHypothesis[]>(client, reference, 'hypotheses');
export const tasks = (client: Client, reference: string) => part<api.DossierTask[]>(client, reference, 'tasks');
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

export const itemWindow = (client: Client, reference: string, id: string) =>
  queryOptions({
    queryKey: kept(client, reference, 'window', id),
    queryFn: ({ signal }) => client.evidence<api.DossierWindow>(`${item(reference, id)}/window`, {}, signal),
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

export const threats = (client: Client, until: number | null) =>
  queryOptions({
    queryKey: kept(client, 'threats', until),
    ...FRESH,
    queryFn: ({ signal }) => client.evidence<api.Threats>('/api/threats', { until }, signal),
  });

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

type Work = { chronology: api.NewEvent; hypotheses: api.NewHypothesis; tasks: api.NewTask };

/** Add something to the chronology, the hypotheses or the tasks; where it stands there, say something else of it. */
export const enterWork = <K extends keyof Work>(
  client: Client,
  reference: string,
  kind: K,
  old: Seen | null,
  made: Work[K],
): Promise<unknown> =>
  old === null
    ? enter(client, `${dossier(reference)}/${kind}`, made)
    : enter(client, `${dossier(reference)}/${kind}/${old.id}`, { ...made, version: old.version });
export const removeWork = (client: Client, reference: string, kind: keyof Work, { id, version }: Seen, why: string) =>
  enter<void>(client, `${dossier(reference)}/${kind}/${id}/remove`, { why, version });

export const raiseAlert = (client: Client, reference: string, words: string): Promise<api.Threat> =>
  enter(client, `${dossier(reference)}/threats`, { words });
export const takeStep = (client: Client, reference: string, id: string, made: api.NewStep): Promise<api.Threat> =>
  enter(client, `${dossier(reference)}/threats/${encodeURIComponent(id)}`, made);
