import { TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconDoorEnter } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { useKeys } from '~/keys/keys';
import { useTitle } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { VirtualList } from '~/parts/VirtualList';

import { logins } from '@/api/queries';
import type { LedgerLine } from '@/api/types';
import { useOffice } from '@/app/office';
import { LedgerRow } from '@/parts/LedgerWords';

import style from './List.module.css';

const route = getRouteApi('/office/logins');
const keyOf = (line: LedgerLine): number => line.number;

/** Who came, who was refused, and who may come. */
export function LoginsPage() {
  const { t } = useTranslation();
  useTitle(t('pages.logins'));
  const office = useOffice();
  const navigate = route.useNavigate();
  const { name } = route.useSearch();
  const pane = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const query = logins(office, name);
  const answer = useInfiniteQuery(query);
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.lines) ?? [], [answer.data]);
  useKeys([{ keys: '/', words: t('logins.find'), group: 'everywhere', run: () => field.current?.focus() }]);
  return (
    <div className={style.page}>
      <section className={style.list} aria-label={t('pages.logins')}>
        <header className={style.head}>
          <div className={style.title}>
            <h1>{t('pages.logins')}</h1>
            <p>{t('logins.lead')}</p>
          </div>
          <div className={style.tools}>
            <TextInput
              ref={field}
              aria-label={t('logins.find')}
              placeholder={t('logins.find')}
              defaultValue={name}
              dir="auto"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) =>
                void navigate({ search: { name: event.currentTarget.value.trim() || undefined }, replace: true })
              }
            />
          </div>
        </header>
        {answer.isPending && (
          <Pending queryKey={query.queryKey} answer={answer}>
            <RowSkeletons />
          </Pending>
        )}
        {answer.isError && list.length === 0 && (
          <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
        )}
        {answer.isSuccess && list.length === 0 && (
          <EmptyState icon={IconDoorEnter} title={t(name ? 'logins.noMatch' : 'logins.none')}>
            <p>{t(name ? 'logins.noMatchHint' : 'logins.noneHint')}</p>
          </EmptyState>
        )}
        {list.length > 0 && (
          <VirtualList
            pane={pane}
            label={t('pages.logins')}
            name={`logins ${name ?? ''}`}
            list={list}
            pages={answer}
            keyOf={keyOf}
            height={48}
          >
            {(line) => <LedgerRow line={line} />}
          </VirtualList>
        )}
      </section>
    </div>
  );
}
