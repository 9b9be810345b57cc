import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { askForQuery } from '~/frame/signals';
import { EmptyState } from '~/parts/States';

import style from './SearchPage.module.css';

/** Examples of the query language: each can be run and changed. */
const EXAMPLES = [
  { key: 'phrase', query: '"cold store"' },
  { key: 'prefix', query: 'contain*' },
  { key: 'fuzzy', query: 'harbour~1' },
  { key: 'not', query: 'crane NOT kind:voice' },
  { key: 'period', query: 'on:2020-11' },
  { key: 'locked', query: 'verdict:locked' },
  { key: 'has', query: 'has:media' },
] as const;

/** What can be asked, before anything was. */
export function SearchHelp({ icon }: { icon: TablerIcon }) {
  const { t } = useTranslation();
  return (
    <EmptyState level={1} icon={icon} title={t('search.emptyTitle')}>
      <p>{t('search.emptyHint')}</p>
      <Button variant="filled" size="sm" onClick={askForQuery}>
        {t('search.start')}
      </Button>
      <dl className={style.examples}>
        {EXAMPLES.map(({ key, query }) => (
          <div key={key}>
            <dt>
              <Link to="/search" search={{ q: query }}>
                <code>{query}</code>
              </Link>
            </dt>
            <dd>{t(`search.examples.${key}`)}</dd>
          </div>
        ))}
      </dl>
    </EmptyState>
  );
}
