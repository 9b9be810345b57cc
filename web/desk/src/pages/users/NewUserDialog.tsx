import { Button, Modal, PasswordInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { users } from '~/api/queries';
import type { NewUser, Role } from '~/api/types';
import { useDesk } from '~/app/session';
import { FormError } from '~/parts/States';

import style from './Users.module.css';

const ROLES: readonly Role[] = ['investigator', 'filter', 'magistrate', 'administrator'];
const NOBODY: NewUser = { name: '', role: 'investigator', password: '' };

export function NewUserDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('users.add')} closeButtonProps={{ 'aria-label': t('close') }}>
      <NewUserForm onDone={onClose} />
    </Modal>
  );
}

function NewUserForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const cache = useQueryClient();
  const [user, setUser] = useState(NOBODY);
  const add = useMutation({
    mutationFn: () => client.post('/api/users', user),
    onSuccess: async () => {
      await cache.invalidateQueries(users(client));
      onDone();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form className={style.form} onSubmit={submit}>
      <TextInput
        data-autofocus
        required
        label={t('users.name')}
        autoComplete="off"
        value={user.name}
        onChange={(event) => setUser({ ...user, name: event.currentTarget.value })}
      />
      <Select
        label={t('users.role')}
        allowDeselect={false}
        data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
        value={user.role}
        onChange={(role) => role && setUser({ ...user, role })}
        description={t(`users.roles.${user.role}`)}
      />
      <PasswordInput
        required
        label={t('users.newPassword')}
        autoComplete="new-password"
        value={user.password}
        onChange={(event) => setUser({ ...user, password: event.currentTarget.value })}
      />
      {add.isError && <FormError error={add.error} />}
      <Button type="submit" variant="filled" size="sm" loading={add.isPending}>
        {t('users.add')}
      </Button>
    </form>
  );
}
