import { TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconDoorEnter } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { useKeys } from '~/keys/keys';
import { useTitle } from '~/parts/PageFrame';
import { EmptyState } from '~/parts/States';

import { logins } from '@/api/queries';
import { useOffice } from '@/app/office';
import { LedgerList } from '@/parts/LedgerList';

import style from './List.module.css';

const route = getRouteApi('/office/logins');
/** Who came, who was refused, and who may come. */
export function LoginsPage() {
  const { t } = useTranslation();
  useTitle(t('pages.logins'));
  const office = useOffice();
  const navigate = route.useNavigate();
  const { name } = route.useSearch();
  const field = useRef<HTMLInputElement>(null);
  const query = logins(office, name);
  const answer = useInfiniteQuery(query);
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
        <LedgerList
          queryKey={query.queryKey}
          answer={answer}
          label={t('pages.logins')}
          name={`logins ${name ?? ''}`}
          empty={
            <EmptyState icon={IconDoorEnter} title={t(name ? 'logins.noMatch' : 'logins.none')}>
              <p>{t(name ? 'logins.noMatchHint' : 'logins.noneHint')}</p>
            </EmptyState>
          }
        />
      </section>
    </div>
  );
}
