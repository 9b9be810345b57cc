import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconTag } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import table from '~/pages/releases/Releases.module.css';
import { PageFrame } from '~/parts/PageFrame';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';

import { products } from '@/api/queries';
import type { Product } from '@/api/types';
import { useOffice } from '@/app/office';
import { grouped } from '@/logic/money';
import { FormDialog } from '@/parts/FormDialog';

import style from './Resellers.module.css';

/** What is sold. */
export function ProductsPage() {
  const { t } = useTranslation();
  const office = useOffice();
  const answer = useQuery(products(office));
  const [adding, setAdding] = useState(false);
  return (
    <PageFrame
      title={t('pages.products')}
      lead={t('products.lead')}
      actions={
        <Button variant="filled" size="sm" leftSection={<IconTag size={16} />} onClick={() => setAdding(true)}>
          {t('products.add')}
        </Button>
      }
    >
      {answer.isPending && <RowSkeletons count={4} />}
      {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.length === 0 && (
        <EmptyState icon={IconTag} title={t('products.none')}>
          <p>{t('products.noneHint')}</p>
        </EmptyState>
      )}
      {answer.data && answer.data.length > 0 && <Table list={answer.data} />}
      <NewProduct opened={adding} onClose={() => setAdding(false)} />
    </PageFrame>
  );
}

function Table({ list }: { list: readonly Product[] }) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={t('pages.products')}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t('products.name')}</th>
            <th>{t('products.kind')}</th>
            <th data-number>{t('products.months')}</th>
            <th data-number>{t('products.price')}</th>
            <th>{t('products.zone')}</th>
          </tr>
        </thead>
        <tbody>
          {list.map((product) => (
            <tr key={product.name}>
              <td className={style.name}>
                <bdi>{product.name}</bdi>
              </td>
              <td>{t(`products.kinds.${product.kind}`)}</td>
              <td data-number>{product.months}</td>
              <td data-number>{grouped(product.price)}</td>
              <td>{product.zone}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NewProduct({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useOffice();
  const kinds = (['device', 'subscription'] as const).map((kind) => ({
    value: kind,
    label: t(`products.kinds.${kind}`),
  }));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t('products.add')}
      fields={[
        { name: 'name', label: t('products.name') },
        { name: 'kind', label: t('products.kind'), kind: 'choice', choices: kinds, initial: 'device' },
        { name: 'months', label: t('products.months'), kind: 'number', initial: '6' },
        { name: 'price', label: t('products.price'), hint: t('products.priceHint') },
        {
          name: 'zone',
          label: t('products.zone'),
          hint: t('products.zoneHint'),
          initial: Intl.DateTimeFormat().resolvedOptions().timeZone,
        },
      ]}
      confirm={t('products.add')}
      run={(values) => client.post<Product>('/api/products', { ...values, months: Number(values.months) })}
    />
  );
}
