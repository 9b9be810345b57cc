import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Client, NOBODY } from '~/api/client';
import { ApiError } from '~/api/errors';
import { FormError } from '~/parts/States';

import style from './Login.module.css';
import { LoginFrame } from './LoginFrame';
import { SESSION_KEY } from './session';

const REFUSALS: Readonly<Record<number, 'door.wrong' | 'door.throttled'>> = {
  401: 'door.wrong',
  429: 'door.throttled',
};

const route = getRouteApi('/sign-in');

/** The login by name and password, and below it what to do for whoever has none. */
export function SignIn({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const router = useRouter();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const login = useMutation({
    mutationFn: () => new Client(NOBODY).post<object>('/api/login', { name, password }),
    onSuccess: (session) => {
      cache.clear();
      cache.setQueryData(SESSION_KEY, session);
      router.history.push(next ?? '/');
    },
  });
  // Who stands at the door has read nothing else yet: it is said in the language of the page.
  const why = login.error instanceof ApiError ? REFUSALS[login.error.status] : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <LoginFrame title={title}>
      <form className={style.form} onSubmit={submit}>
        <TextInput
          size="md"
          required
          autoFocus
          dir="auto"
          label={t('door.name')}
          autoComplete="username"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          size="md"
          required
          label={t('door.password')}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {login.isError && <FormError error={login.error} words={why && t(why)} />}
        <Button type="submit" variant="filled" size="md" loading={login.isPending}>
          {t('door.enter')}
        </Button>
      </form>
      <div className={style.alone}>{children}</div>
    </LoginFrame>
  );
}
