import { useTranslation } from 'react-i18next';

import { resellerPath } from '@/api/queries';
import type { Reseller } from '@/api/types';
import { useOffice } from '@/app/office';
import { type Field, FormDialog, type Values } from '@/parts/FormDialog';

export type ResellerAct = 'account' | 'pay' | 'setQuota' | 'setPassword' | 'disable' | 'enable';

export function NewReseller({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useOffice();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t('resellers.add')}
      fields={[
        { name: 'name', label: t('resellers.name'), hint: t('resellers.nameHint') },
        { name: 'password', label: t('door.password'), hint: t('self.passwordHint'), kind: 'password' },
        {
          name: 'quota',
          label: t('resellers.quota'),
          hint: t('resellers.quotaHint'),
          kind: 'number',
          initial: '50',
        },
      ]}
      confirm={t('resellers.add')}
      run={(values) => client.post('/api/resellers', { ...values, quota: Number(values.quota) })}
    />
  );
}

interface Form {
  title: string;
  lead?: string;
  fields: readonly Field[];
  /** What is asked of the server, and with which words. */
  path: string;
  body?: (values: Values) => unknown;
}

/** The acts on one reseller, of which one at most is open. */
export function ResellerActs(props: { acting: { act: ResellerAct; reseller: Reseller } | null; onClose: () => void }) {
  const { acting, onClose } = props;
  const { client } = useOffice();
  const form = useForm(acting);
  return (
    <FormDialog
      key={form.path}
      opened={acting !== null}
      onClose={onClose}
      title={form.title}
      lead={form.lead}
      fields={form.fields}
      confirm={form.title}
      run={(values) => client.post(form.path, form.body?.(values) ?? values)}
    />
  );
}

function useForm(acting: { act: ResellerAct; reseller: Reseller } | null): Form {
  const { t } = useTranslation();
  if (acting === null) return { title: '', fields: [], path: '' };
  const { name, quota } = acting.reseller;
  const path = resellerPath(name);
  switch (acting.act) {
    case 'pay':
      return {
        title: t('resellers.pay'),
        lead: t('resellers.payLead', { name }),
        fields: [
          { name: 'amount', label: t('resellers.amount'), hint: t('resellers.amountHint') },
          { name: 'note', label: t('resellers.note'), hint: t('resellers.noteHint'), optional: true },
        ],
        path: `${path}/payments`,
      };
    case 'setQuota':
      return {
        title: t('resellers.setQuota'),
        fields: [
          {
            name: 'quota',
            label: t('resellers.quota'),
            hint: t('resellers.quotaHint'),
            kind: 'number',
            initial: String(quota),
          },
        ],
        path: `${path}/quota`,
        body: (values) => ({ quota: Number(values.quota) }),
      };
    case 'setPassword':
      return {
        title: t('resellers.setPassword'),
        lead: t('resellers.passwordLead', { name }),
        fields: [{ name: 'password', label: t('self.newPassword'), hint: t('self.passwordHint'), kind: 'password' }],
        path: `${path}/password`,
      };
    case 'disable':
      return {
        title: t('resellers.disable'),
        lead: t('resellers.disableLead', { name }),
        fields: [{ name: 'why', label: t('licence.why'), hint: t('licence.whyHint') }],
        path: `${path}/disable`,
      };
    default:
      return {
        title: t('resellers.enable'),
        lead: t('resellers.enableLead', { name }),
        fields: [],
        path: `${path}/enable`,
      };
  }
}
