import { Button, Modal, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useDesk } from '~/app/session';
import { FormError } from '~/parts/States';

import style from './Users.module.css';

export function PasswordDialog({ name, onClose }: { name: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={name !== null}
      onClose={onClose}
      title={t('users.passwordOf', { name })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {name !== null && <PasswordForm name={name} onDone={onClose} />}
    </Modal>
  );
}

function PasswordForm({ name, onDone }: { name: string; onDone: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => client.post(`/api/users/${encodeURIComponent(name)}/password`, { password }),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form className={style.form} onSubmit={submit}>
      <PasswordInput
        data-autofocus
        required
        label={t('users.newPassword')}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {change.isError && <FormError error={change.error} />}
      <Button type="submit" variant="filled" size="sm" loading={change.isPending}>
        {t('users.password')}
      </Button>
    </form>
  );
}
