import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconMoodEmpty } from '@tabler/icons-react';
import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Hit, SearchPage } from '~/api/types';
import { isFault } from '~/api/errors';
import { useKeys } from '~/keys/keys';
import { HitSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';

import { HitRow } from './HitRow';
import { QueryFault } from './QueryFault';
import style from './SearchPage.module.css';

interface Props {
  pane: RefObject<HTMLDivElement | null>;
  answer: UseInfiniteQueryResult<InfiniteData<SearchPage>>;
  hits: readonly Hit[];
  open: number | undefined;
  onOpen: (hit: Hit | null) => void;
  onProvenance: (number: number) => void;
}

/** How many rows before its end the list asks for more. */
const AHEAD = 12;
const ROW = 112;

/** The hits: only those in sight are in the page, the rest follow as one goes on. */
export function HitList({ pane, answer, hits, open, onOpen, onProvenance }: Props) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState(-1);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = answer;
  const virtual = useVirtualizer({
    count: hits.length,
    getScrollElement: () => pane.current,
    estimateSize: () => ROW,
    getItemKey: (index) => hits[index]?.line.number ?? index,
    overscan: 8,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= hits.length - AHEAD && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, hits.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const at = open === undefined ? current : hits.findIndex((hit) => hit.line.number === open);
  const go = (index: number): unknown => {
    const hit = hits[index];
    if (!hit) return false;
    setCurrent(index);
    virtual.scrollToIndex(index, { align: 'auto' });
    // With a conversation open beside the list, it follows.
    if (open !== undefined) onOpen(hit);
  };
  const withCurrent = (act: (hit: Hit) => void) => () => {
    const hit = hits[at];
    return hit ? act(hit) : false;
  };
  useKeys([
    { keys: 'j', words: t('keys.nextHit'), group: 'list', run: () => go(at + 1) },
    { keys: 'k', words: t('keys.previousHit'), group: 'list', run: () => go(at - 1) },
    { keys: 'o', words: t('keys.open'), group: 'list', run: withCurrent(onOpen) },
    { keys: 'p', words: t('keys.provenance'), group: 'list', run: withCurrent((hit) => onProvenance(hit.line.number)) },
  ]);
  useKeys([{ keys: 'Enter', words: t('keys.open'), group: 'list', run: withCurrent(onOpen) }], pane);

  const total = answer.data?.pages[0]?.total ?? 0;
  return (
    <div className={style.list} ref={pane} tabIndex={0} role="region" aria-label={t('search.hits')}>
      {answer.isPending && <HitSkeletons />}
      {answer.isError && hits.length === 0 && (
        isFault(answer.error) ? <QueryFault error={answer.error} /> : <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {answer.isSuccess && hits.length === 0 && (
        <EmptyState icon={IconMoodEmpty} title={t('search.none')}>
          <p>{t('search.noneHint')}</p>
        </EmptyState>
      )}
      <div className={style.rows} style={{ height: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const hit = hits[row.index];
          return hit ? (
            <HitRow
              key={row.key}
              ref={virtual.measureElement}
              index={row.index}
              top={row.start}
              hit={hit}
              current={row.index === at}
              open={hit.line.number === open}
              onOpen={() => {
                setCurrent(row.index);
                onOpen(hit);
              }}
            />
          ) : null;
        })}
      </div>
      {isFetchingNextPage && <HitSkeletons count={2} />}
      {answer.isError && hits.length > 0 && <ErrorState error={answer.error} onRetry={() => void fetchNextPage()} />}
      {hits.length > 0 && !hasNextPage && <p className={style.end}>{t('search.end', { count: total })}</p>}
    </div>
  );
}
