import type { InfiniteData, QueryKey, UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useMemo, useRef } from 'react';

import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { VirtualList } from '~/parts/VirtualList';

import type { LedgerLine } from '@/api/types';

import { LedgerRow } from './LedgerWords';

interface Props {
  queryKey: QueryKey;
  answer: UseInfiniteQueryResult<InfiniteData<{ lines: readonly LedgerLine[] }, unknown>>;
  label: string;
  /** What the place in the list is kept under. */
  name: string;
  /** What stands there when there is no entry. */
  empty: ReactNode;
}

const keyOf = (line: LedgerLine): number => line.number;

/** Entries of the ledger, the newest first: awaited, failed, none, or as many as one scrolls to. */
export function LedgerList({ queryKey, answer, label, name, empty }: Props) {
  const pane = useRef<HTMLDivElement>(null);
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.lines) ?? [], [answer.data]);
  if (answer.isPending) {
    return (
      <Pending queryKey={queryKey} answer={answer}>
        <RowSkeletons />
      </Pending>
    );
  }
  if (list.length === 0) {
    return answer.isError ? <ErrorState error={answer.error} onRetry={() => void answer.refetch()} /> : empty;
  }
  return (
    <VirtualList pane={pane} label={label} name={name} list={list} pages={answer} keyOf={keyOf} height={48}>
      {(line) => <LedgerRow line={line} />}
    </VirtualList>
  );
}
