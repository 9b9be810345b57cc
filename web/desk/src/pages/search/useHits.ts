import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

import { hitPage, hits as hitsQuery } from '~/api/queries';
import type { Order, SearchPage } from '~/api/types';
import { useDesk } from '~/app/session';
import { letGo, type Page, pagesBetween, places } from '~/logic/pages';

type Pages = InfiniteData<SearchPage & Page<SearchPage['hits'][number]>, string | null>;

/** A result, of which only the part around what one looks at is held. */
export function useHits(query: string, order: Order) {
  const { client } = useDesk();
  const cache = useQueryClient();
  const options = useMemo(() => hitsQuery(client, query, order), [client, query, order]);
  const answer = useInfiniteQuery(options);
  const hits = useMemo(() => places(answer.data?.pages ?? []), [answer.data]);

  const change = useCallback(
    (act: (data: Pages) => Pages) => cache.setQueryData<Pages>(options.queryKey, (data) => data && act(data)),
    [cache, options],
  );
  /** Have the hits from place `first` to `last`: those that were let go are asked for again, and others go for them. */
  const show = useCallback(
    (first: number, last: number): void => {
      const data = cache.getQueryData<Pages>(options.queryKey);
      if (!data) return;
      const [from, to] = pagesBetween(data.pages, first, last);
      const kept = letGo(data.pages, Math.round((from + to) / 2));
      if (kept !== data.pages) change((old) => ({ ...old, pages: [...kept] }));
      for (let index = from; index <= to; index += 1) {
        if (kept[index]?.gone === undefined) continue;
        const put = (page: SearchPage): unknown =>
          change((old) => ({ ...old, pages: old.pages.map((each, at) => (at === index ? page : each)) }));
        // One that does not come leaves its rows grey; it is asked for again with the next step of scrolling.
        cache.fetchQuery(hitPage(client, query, order, data.pageParams[index] ?? null)).then(put, () => undefined);
      }
    },
    [cache, change, client, options, order, query],
  );
  return { answer, queryKey: options.queryKey, hits, show };
}
