import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Client, NOBODY } from '~/api/client';
import { LoginFrame } from '~/pages/login/LoginFrame';
import style from '~/pages/login/Login.module.css';
import { Command, FormError } from '~/parts/States';

import { SESSION_KEY } from '@/api/queries';
import type { Session } from '@/api/types';

const route = getRouteApi('/sign-in');

/** For operators and resellers alike; who runs a network alone is shown the way to a new one-time link. */
export function SignInPage() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const router = useRouter();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const login = useMutation({
    mutationFn: () => new Client(NOBODY).post<Session>('/api/login', { name, password }),
    onSuccess: (session) => {
      cache.clear();
      cache.setQueryData(SESSION_KEY, session);
      router.history.push(next ?? '/');
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <LoginFrame title={t('login.title')}>
      <form className={style.form} onSubmit={submit}>
        <TextInput
          size="md"
          required
          autoFocus
          dir="auto"
          label={t('login.name')}
          autoComplete="username"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          size="md"
          required
          label={t('login.password')}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {login.isError && <FormError error={login.error} />}
        <Button type="submit" variant="filled" size="md" loading={login.isPending}>
          {t('login.enter')}
        </Button>
      </form>
      <div className={style.alone}>
        <h2>{t('login.resellerTitle')}</h2>
        <p>{t('login.resellerHint')}</p>
        <h2>{t('login.aloneTitle')}</h2>
        <p>{t('login.aloneHint')}</p>
        <Command text="underseal network serve" />
      </div>
    </LoginFrame>
  );
}
