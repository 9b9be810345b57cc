import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { ApiError } from '~/api/errors';
import { askForQuery } from '~/app/signals';
import { toUnits } from '~/logic/codepoints';
import { EmptyState } from '~/parts/States';

import style from './SearchPage.module.css';

const route = getRouteApi('/desk/search');

/** A query that cannot be understood: where, what, and back to mending it. */
export function QueryFault({ error }: { error: ApiError }) {
  const { t } = useTranslation();
  const { q = '' } = route.useSearch();
  const from = toUnits(q, error.position ?? 0);
  const to = toUnits(q, (error.position ?? 0) + (error.length ?? 1));
  return (
    <EmptyState title={t('search.fault')}>
      <code className={style.faulty}>
        {q.slice(0, from)}
        <em>{q.slice(from, to) || '\u00a0\u00a0'}</em>
        {q.slice(to)}
      </code>
      <p>{error.message}</p>
      {error.hint && <p>{error.hint}</p>}
      <Button variant="filled" onClick={askForQuery}>
        {t('search.mend')}
      </Button>
    </EmptyState>
  );
}
