import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { ApiError } from '~/api/errors';
import { askForQuery } from '~/frame/signals';
import { QueryText } from '~/parts/QueryText';
import { Said } from '~/parts/Said';
import { EmptyState } from '~/parts/States';

import style from './SearchPage.module.css';

const route = getRouteApi('/desk/search');

/** A query that cannot be understood: where, what, and back to mending it. */
export function QueryFault({ error }: { error: ApiError }) {
  const { t } = useTranslation();
  const { q = '' } = route.useSearch();
  return (
    <EmptyState title={t('search.fault')}>
      <code className={style.faulty}>
        <QueryText text={q} fault={error} />
      </code>
      <p>
        <Said>{error.message}</Said>
      </p>
      {error.hint && (
        <p>
          <Said>{error.hint}</Said>
        </p>
      )}
      <Button variant="filled" onClick={askForQuery}>
        {t('search.mend')}
      </Button>
    </EmptyState>
  );
}
