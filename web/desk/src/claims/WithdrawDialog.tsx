import { useTranslation } from 'react-i18next';

import { claims, withdraw } from '~/api/queries';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { FormDialog } from '~/parts/FormDialog';

/** Says that a claim is no longer upheld; it stays to be read. */
export function WithdrawDialog({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  return (
    <FormDialog
      opened={id !== null}
      onClose={onClose}
      title={t('claims.withdrawOf', { id })}
      lead={t('claims.withdrawLead')}
      fields={[{ name: 'why', label: t('reason'), kind: 'note' }]}
      confirm={t('claims.withdraw')}
      run={({ why = '' }) => withdraw(client, id ?? '', why)}
      stale={claims(client)}
      onDone={() => tell.said(t('claims.withdrawDone', { id }))}
    />
  );
}
