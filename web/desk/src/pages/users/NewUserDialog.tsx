import { useTranslation } from 'react-i18next';

import { users } from '~/api/queries';
import type { Role } from '~/api/types';
import { useDesk } from '~/app/session';
import { FormDialog } from '~/parts/FormDialog';

const ROLES: readonly Role[] = ['investigator', 'filter', 'magistrate', 'prosecutor', 'administrator'];

export function NewUserDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t('users.add')}
      fields={[
        { name: 'name', label: t('users.name') },
        {
          name: 'role',
          label: t('users.role'),
          kind: 'choice',
          initial: 'investigator',
          choices: ROLES.map((role) => ({ value: role, label: t(`role.${role}`) })),
          hint: ({ role }) => t(`users.roles.${role as Role}`),
        },
        { name: 'password', label: t('self.newPassword'), hint: t('self.passwordHint'), kind: 'password' },
      ]}
      confirm={t('users.add')}
      run={(user) => client.post('/api/users', user)}
      stale={users(client)}
    />
  );
}
