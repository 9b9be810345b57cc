import { useTranslation } from 'react-i18next';

import { useDesk } from '~/app/session';
import { FormDialog } from '~/parts/FormDialog';

/** Gives another user another password. */
export function PasswordDialog({ name, onClose }: { name: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  return (
    <FormDialog
      opened={name !== null}
      onClose={onClose}
      title={t('users.passwordOf', { name })}
      fields={[{ name: 'password', label: t('self.newPassword'), hint: t('self.passwordHint'), kind: 'password' }]}
      confirm={t('users.password')}
      run={(values) => client.post(`/api/users/${encodeURIComponent(name ?? '')}/password`, values)}
    />
  );
}
