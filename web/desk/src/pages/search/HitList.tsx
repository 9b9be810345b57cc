import type { InfiniteData, QueryKey, UseInfiniteQueryResult } from '@tanstack/react-query';
import { IconMoodEmpty } from '@tabler/icons-react';
import { type RefObject, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { isFault } from '~/api/errors';
import type { Hit, SearchPage } from '~/api/types';
import { useKeptState } from '~/app/kept';
import { useKeys } from '~/keys/keys';
import { Pending } from '~/parts/Pending';
import { HitSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { VirtualList, type VirtualListHandle } from '~/parts/VirtualList';

import { HitRow } from './HitRow';
import { QueryFault } from './QueryFault';
import style from './SearchPage.module.css';

type Answer = UseInfiniteQueryResult<InfiniteData<SearchPage>>;

interface Props {
  pane: RefObject<HTMLDivElement | null>;
  /** What was asked, in which order. */
  name: string;
  answer: Answer;
  queryKey: QueryKey;
  /** Undefined where a hit was let go, far from what is in sight. */
  hits: readonly (Hit | undefined)[];
  /** Told which places are in sight. */
  onSight: (first: number, last: number) => void;
  open: number | undefined;
  onOpen: (hit: Hit) => void;
  /** Asked to open what is open already: the keys go over to its conversation. */
  onEnter: () => void;
  onProvenance: (number: number) => void;
}

/** The hits, and the keys that go through them. */
export function HitList({ pane, name, answer, queryKey, hits, onSight, open, onOpen, onEnter, onProvenance }: Props) {
  const { t } = useTranslation();
  const handle = useRef<VirtualListHandle>(null);
  const [current, setCurrent] = useKeptState(`row ${name}`, -1);
  const found = open === undefined ? -1 : hits.findIndex((hit) => hit?.line.number === open);
  const at = found === -1 ? current : found;

  const go = (index: number): unknown => {
    if (index < 0 || index >= hits.length) return false;
    const hit = hits[index];
    setCurrent(index);
    handle.current?.show(index);
    // With a conversation open beside the list, it follows.
    if (hit && open !== undefined) onOpen(hit);
  };
  const withCurrent = (act: (hit: Hit) => void) => () => {
    const hit = hits[at];
    return hit ? act(hit) : false;
  };
  const enter = withCurrent((hit) => (hit.line.number === open ? onEnter() : onOpen(hit)));
  useKeys([
    { keys: 'j', words: t('keys.nextHit'), group: 'list', run: () => go(at + 1) },
    { keys: 'k', words: t('keys.previousHit'), group: 'list', run: () => go(at - 1) },
    { keys: 'o', words: t('keys.openHit'), group: 'list', run: enter },
    { keys: 'p', words: t('keys.provenance'), group: 'list', run: withCurrent((hit) => onProvenance(hit.line.number)) },
  ]);

  return (
    <VirtualList
      pane={pane}
      handle={handle}
      label={t('search.hits')}
      name={name}
      list={hits}
      pages={answer}
      onSight={onSight}
      height={88}
      before={hits.length === 0 && <Nothing answer={answer} queryKey={queryKey} />}
      after={hits.length > 0 && <Rest answer={answer} />}
    >
      {(hit, index) =>
        hit ? (
          <HitRow
            hit={hit}
            current={index === at}
            open={hit.line.number === open}
            onOpen={() => {
              setCurrent(index);
              onOpen(hit);
            }}
          />
        ) : (
          <HitSkeletons count={1} />
        )
      }
    </VirtualList>
  );
}

/** What stands in the place of hits: they are coming, the query or the server is at fault, or there are none. */
function Nothing({ answer, queryKey }: { answer: Answer; queryKey: QueryKey }) {
  const { t } = useTranslation();
  if (answer.isPending)
    return (
      <Pending queryKey={queryKey} answer={answer}>
        <HitSkeletons />
      </Pending>
    );
  if (isFault(answer.error)) return <QueryFault error={answer.error} />;
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  return (
    <EmptyState icon={IconMoodEmpty} title={t('search.none')}>
      <p>{t('search.noneHint')}</p>
    </EmptyState>
  );
}

/** What stands below the hits: more are coming, they could not be fetched, or that was all. */
function Rest({ answer }: { answer: Answer }) {
  const { t } = useTranslation();
  if (answer.isFetchNextPageError)
    return <ErrorState error={answer.error} onRetry={() => void answer.fetchNextPage()} />;
  if (answer.hasNextPage) return <HitSkeletons count={2} />;
  return <p className={style.end}>{t('search.end', { count: answer.data?.pages[0]?.total ?? 0 })}</p>;
}
