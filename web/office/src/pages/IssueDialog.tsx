import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { overview, products, resellers } from '@/api/queries';
import type { Batch, Product } from '@/api/types';
import { useOffice } from '@/app/office';
import { grouped } from '@/logic/money';
import { type Field, FormDialog, type Values } from '@/parts/FormDialog';

/** Most codes of one batch, as the server has it. */
const MOST = 500;

/** Issue a batch: for whom, what for, how many. */
export function IssueDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const office = useOffice();
  const sold = useQuery(products(office));
  const sellers = useQuery(resellers(office));
  const stands = useQuery({ ...overview(office), enabled: !office.isOperator });
  const own = stands.data?.reseller;
  const open = sellers.data?.filter((each) => !each.disabled) ?? [];
  const product: Field = {
    name: 'product',
    label: t('codes.product'),
    kind: 'choice',
    initial: sold.data?.length === 1 ? sold.data[0]?.name : '',
    choices: (sold.data ?? []).map((each) => ({ value: each.name, label: told(each) })),
  };
  const seller: Field = {
    name: 'reseller',
    label: t('codes.reseller'),
    kind: 'choice',
    initial: open.length === 1 ? open[0]?.name : '',
    choices: open.map((each) => ({ value: each.name, label: each.name })),
  };
  const count: Field = {
    name: 'count',
    label: t('codes.count'),
    kind: 'number',
    initial: '10',
    hint: t('codes.countHint', { most: MOST }),
  };
  const free = own ? Math.max(0, own.quota - own.unused) : 0;
  return (
    <FormDialog
      key={`${sold.isSuccess} ${sellers.isSuccess}`}
      opened={opened}
      onClose={onClose}
      title={t('codes.issue')}
      lead={own ? `${t('codes.issueLead')} ${t('codes.ownLead', { free })}` : t('codes.issueLead')}
      fields={office.isOperator ? [seller, product, count] : [product, count]}
      confirm={t('codes.issue')}
      run={(values: Values) =>
        office.client.post<Batch>(office.at('batches'), { ...values, count: Number(values.count) })
      }
      onDone={office.show}
    />
  );
}

const told = (product: Product): string => `${product.name} · ${grouped(product.price)}`;
