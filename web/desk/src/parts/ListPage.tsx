import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { InfiniteData, QueryKey, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link, type LinkProps, useNavigate } from '@tanstack/react-router';
import { IconSearch, type TablerIcon } from '@tabler/icons-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { useKeptState } from '~/app/kept';
import { useKeys } from '~/keys/keys';

import style from './ListPage.module.css';
import { Pending } from './Pending';
import { RowSkeletons } from './Skeletons';
import { EmptyState, ErrorState } from './States';
import { VirtualList, type VirtualListHandle } from './VirtualList';

/** A pause in typing, after which the list is asked for, in milliseconds. */
const PAUSE = 200;

/** What is asked for, a pause after it was typed: the address follows at once, so that no late change of it leads back. */
export const useFind = (typed: string): string => useDebouncedValue(typed, PAUSE)[0];

/** A page of a list, and how many there are in all. */
interface Listed {
  total: number;
}

interface Props<T, P extends Listed> {
  title: string;
  /** How many there are, in words. */
  counted: (total: number) => string;
  /** What the field is called that narrows the list, what was typed into it, and for which words the answer is. */
  findLabel: string;
  typed: string;
  asked: string;
  onFind: (text: string) => void;
  tools?: ReactNode;
  /** What has to be said before the list. */
  above?: ReactNode;
  answer: UseInfiniteQueryResult<InfiniteData<P>>;
  queryKey: QueryKey;
  /** What is listed: when one comes back to the same, one stands where one left. */
  name: string;
  list: readonly T[];
  keyOf: (item: T) => string;
  none: { icon: TablerIcon; title: string; hint: ReactNode };
  keyWords: { next: string; previous: string };
  /** Where a row leads. */
  to: (item: T) => Pick<LinkProps, 'to' | 'params'>;
  children: (item: T) => Row;
}

/** What a row shows. */
interface Row {
  icon: ReactNode;
  title: ReactNode;
  second: ReactNode;
  sums: ReactNode;
  sumsSecond?: ReactNode;
  end: ReactNode;
}

/** A word in a row that says that there is nothing. */
export function Quiet({ children }: { children: ReactNode }) {
  return <span className={style.second}>{children}</span>;
}

interface FrameProps {
  title: string;
  /** How many there are, in words; it is said when it changes. */
  counted: ReactNode;
  /** What narrows the list, and what can be done with it. */
  tools: ReactNode;
  children: ReactNode;
}

/** The frame of a page that is one long list: title, count and tools stay, the list scrolls below them. */
export function ListFrame({ title, counted, tools, children }: FrameProps) {
  return (
    <div className={style.page}>
      <header className={style.head}>
        <div>
          <h1>{title}</h1>
          <p aria-live="polite">{counted}</p>
        </div>
        <div className={style.tools} data-screen-only>
          {tools}
        </div>
      </header>
      {children}
    </div>
  );
}

/** A page that is one long list, narrowed by what one types, gone through by keys. */
export function ListPage<T, P extends Listed>(props: Props<T, P>) {
  const { title, answer, list, none } = props;
  return (
    <ListFrame
      title={title}
      counted={answer.data && props.counted(answer.data.pages[0]?.total ?? 0)}
      tools={
        <>
          {props.tools}
          <TextInput
            className={style.find}
            leftSection={<IconSearch size={15} />}
            aria-label={props.findLabel}
            placeholder={props.findLabel}
            defaultValue={props.typed}
            onChange={(event) => props.onFind(event.currentTarget.value)}
          />
        </>
      }
    >
      {props.above}
      {answer.isPending && (
        <Pending queryKey={props.queryKey} answer={answer}>
          <RowSkeletons />
        </Pending>
      )}
      {answer.isError && list.length === 0 && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && list.length === 0 && (
        <EmptyState icon={none.icon} title={none.title}>
          <p>{none.hint}</p>
        </EmptyState>
      )}
      {list.length > 0 && <Rows key={props.asked} {...props} />}
    </ListFrame>
  );
}

function Rows<T, P extends Listed>({ title, name, answer, list, keyOf, keyWords, to, children }: Props<T, P>) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const pane = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualListHandle>(null);
  const [current, setCurrent] = useKeptState(`row ${name}`, -1);
  const go = (index: number): unknown => {
    if (!list[index]) return false;
    setCurrent(index);
    handle.current?.show(index);
  };
  const open = (): unknown => {
    const chosen = list[current];
    return chosen ? navigate(to(chosen)) : false;
  };
  useKeys([
    { keys: 'j', words: keyWords.next, group: 'list', run: () => go(current + 1) },
    { keys: 'k', words: keyWords.previous, group: 'list', run: () => go(current - 1) },
    { keys: 'o', words: t('keys.open'), group: 'list', run: open },
  ]);
  return (
    <VirtualList
      pane={pane}
      handle={handle}
      label={title}
      name={name}
      list={list}
      pages={answer}
      keyOf={keyOf}
      height={68}
    >
      {(item, index) => {
        const row = children(item);
        return (
          <Link {...to(item)} className={style.row} data-current={index === current}>
            <span className={style.icon}>{row.icon}</span>
            <span className={style.who}>
              <span className={style.title}>{row.title}</span>
              <span className={style.second}>{row.second}</span>
            </span>
            <span className={style.sums}>
              <span>{row.sums}</span>
              <span className={style.second}>{row.sumsSecond}</span>
            </span>
            <span className={style.when}>{row.end}</span>
          </Link>
        );
      }}
    </VirtualList>
  );
}
