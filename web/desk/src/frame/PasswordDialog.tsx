import { useTranslation } from 'react-i18next';

import type { Client } from '~/api/client';
import { FormDialog } from '~/parts/FormDialog';

import { useTell } from './useTell';

/** Changes the password of whoever is logged in: the present one, and the new one twice, since nobody sees what they type. */
export function PasswordDialog(props: { client: Client; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  return (
    <FormDialog
      opened={props.opened}
      onClose={props.onClose}
      title={t('self.password')}
      lead={t('self.passwordLead')}
      fields={[
        { name: 'old', label: t('self.oldPassword'), kind: 'password', complete: 'current-password' },
        { name: 'new', label: t('self.newPassword'), kind: 'password', hint: t('self.passwordHint') },
        { name: 'again', label: t('self.again'), kind: 'password' },
      ]}
      faults={({ new: first, again }) => ({ again: again && again !== first ? t('self.notSame') : undefined })}
      confirm={t('self.password')}
      run={(values) => props.client.post('/api/password', { old: values.old, new: values.new })}
      onDone={() => tell.said(t('self.passwordDone'))}
    />
  );
}
