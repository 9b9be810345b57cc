import { Button, Popover, SegmentedControl } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMediaQuery } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { facets as facetsQuery, histogram as histogramQuery, sameSight } from '~/api/queries';
import type { Facets as FacetsShape, Hit, Order, SearchPage } from '~/api/types';
import { useDesk } from '~/app/session';
import { between, type Field, withoutField } from '~/logic/query';
import { Facets } from '~/parts/Facets';
import { Histogram } from '~/parts/Histogram';
import { lockedWords } from '~/parts/lockedWords';
import { Said } from '~/parts/Said';
import { Bone } from '~/parts/Skeletons';
import { ProvenanceDrawer } from '~/provenance/ProvenanceDrawer';

import { HitList } from './HitList';
import { ReadingPane } from './ReadingPane';
import style from './SearchPage.module.css';
import { useHits } from './useHits';

const route = getRouteApi('/desk/search');
const ORDERS: readonly Order[] = ['newest', 'oldest', 'relevance'];

/** A result: when, what kinds, the hits, and beside them the conversation of the one that is open. */
export function Results({ query }: { query: string }) {
  const { client } = useDesk();
  const cache = useQueryClient();
  const { order = 'newest', hit: open, provenance } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useRef<HTMLDivElement>(null);
  const reading = useRef<HTMLElement>(null);
  const { answer, queryKey, hits, show: showHits } = useHits(query, order);
  const stopped = answer.isPending && answer.fetchStatus === 'idle';
  const usable = !answer.isError && !stopped;
  // Hits come first, and what counts them follows: a query that is at fault, or was stopped, is asked once only.
  // While a filter is put in, what was counted before stays, pale: nothing jumps, and the focus stays in its box.
  const counting = { enabled: answer.data !== undefined, placeholderData: sameSight(client) };
  const histogram = useQuery({ ...histogramQuery(client, query), ...counting });
  const facets = useQuery({ ...facetsQuery(client, query), ...counting });
  const wide = useMediaQuery('(width >= 1360px)', true, { getInitialValueInEffect: false });
  const beside = wide && provenance === undefined;

  const opened = hits.find((hit) => hit?.line.number === open);

  const ask = (q: string): void => void navigate({ search: { q, order: order === 'newest' ? undefined : order } });
  const show = useCallback(
    (hit: Hit | null) =>
      void navigate({
        search: (old) => ({ ...old, hit: hit?.line.number, provenance: undefined }),
        replace: open !== undefined,
      }),
    [navigate, open],
  );
  const prove = useCallback(
    (number: number | undefined) => void navigate({ search: (old) => ({ ...old, provenance: number }), replace: true }),
    [navigate],
  );
  const sort = (value: string): void =>
    void navigate({ search: (old) => ({ ...old, order: value === 'newest' ? undefined : (value as Order) }) });

  // What was counted before the filters of a field were added is still held: no other search is made for it.
  const wider = (field: Field): FacetsShape | undefined =>
    cache.getQueryData(facetsQuery(client, withoutField(query, field)).queryKey);
  const panel = (
    <Facets facets={facets.data} stale={facets.isPlaceholderData} wider={wider} query={query} onQuery={ask} />
  );
  return (
    <div className={style.results} data-provenance={provenance !== undefined}>
      <section className={style.left} data-wide={beside}>
        <Totals
          page={answer.data?.pages[0]}
          failed={answer.isError}
          order={order}
          onOrder={sort}
          facets={beside ? null : panel}
        />
        {usable && (
          <div className={style.histogram} data-stale={histogram.isPlaceholderData}>
            {histogram.data ? (
              histogram.data.days.length > 0 && (
                <Histogram
                  days={histogram.data.days}
                  height={92}
                  onBrush={(first, last) => ask(between(query, first, last))}
                />
              )
            ) : (
              <Bone height="108px" />
            )}
          </div>
        )}
        <div className={style.lower}>
          {beside && usable && answer.data?.pages[0]?.total !== 0 && <div className={style.facets}>{panel}</div>}
          <HitList
            name={`hits ${order} ${query}`}
            key={`${order} ${query}`}
            pane={list}
            answer={answer}
            queryKey={queryKey}
            hits={hits}
            onSight={showHits}
            open={open}
            onOpen={show}
            onEnter={() => reading.current?.querySelector<HTMLElement>('[aria-current]')?.focus()}
            onProvenance={prove}
          />
        </div>
      </section>
      <ReadingPane
        pane={reading}
        number={open}
        hit={opened}
        onProvenance={prove}
        onClose={() => {
          show(null);
          list.current?.focus();
        }}
        onLeave={() => list.current?.focus()}
      />
      {provenance !== undefined && <ProvenanceDrawer number={provenance} onClose={() => prove(undefined)} />}
    </div>
  );
}

interface TotalsProps {
  page: SearchPage | undefined;
  failed: boolean;
  order: Order;
  onOrder: (order: string) => void;
  facets: React.ReactNode;
}

/** The exact totals in words, how the query was understood, and the order. */
function Totals({ page, failed, order, onOrder, facets }: TotalsProps) {
  const { t } = useTranslation();
  const [filtering, setFiltering] = useState(false);
  if (failed) return null;
  return (
    <header className={style.totals}>
      <div className={style.words} aria-live="polite">
        {page ? (
          <>
            <h1>
              {t('count.messages', { count: page.total })}
              {page.locked > 0 && <span>, {lockedWords(t, page.total, page.locked)}</span>}
            </h1>
            <p>
              {page.explained && (
                <>
                  <Said>{page.explained}</Said>{' '}
                </>
              )}
              <span>{t('search.asOf', { release: page.release, milliseconds: page.milliseconds })}</span>
            </p>
          </>
        ) : (
          <>
            <Bone width="16rem" height="1rem" />
            <Bone width="11rem" height="0.625rem" />
          </>
        )}
      </div>
      <div className={style.tools}>
        {facets && (
          <Popover opened={filtering} onChange={setFiltering} position="bottom-start" width={300} trapFocus>
            <Popover.Target>
              <Button leftSection={<IconFilter size={14} />} onClick={() => setFiltering(!filtering)}>
                {t('search.filters')}
              </Button>
            </Popover.Target>
            <Popover.Dropdown className={style.popover} aria-label={t('search.filters')}>
              {facets}
            </Popover.Dropdown>
          </Popover>
        )}
        <SegmentedControl
          aria-label={t('search.order')}
          value={order}
          onChange={onOrder}
          data={ORDERS.map((value) => ({ value, label: t(`search.orders.${value}`) }))}
        />
      </div>
    </header>
  );
}
