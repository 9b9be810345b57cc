import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { users as usersQuery } from '~/api/queries';
import type { UserLine } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { PasswordDialog as OwnPasswordDialog } from '~/frame/PasswordDialog';
import { IsoTime } from '~/parts/Moment';
import { PageFrame } from '~/parts/PageFrame';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';

import style from '../releases/Releases.module.css';
import { NewUserDialog } from './NewUserDialog';
import { PasswordDialog } from './PasswordDialog';

/** Named users and their roles, for the administrator. */
export function UsersPage() {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const answer = useQuery(usersQuery(client));
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<string | null>(null);
  return (
    <PageFrame
      title={t('pages.users')}
      lead={t('users.lead')}
      actions={
        <Button variant="filled" size="sm" leftSection={<IconUserPlus size={16} />} onClick={() => setAdding(true)}>
          {t('users.add')}
        </Button>
      }
    >
      {answer.isPending && <RowSkeletons count={4} />}
      {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.length === 0 && (
        <EmptyState icon={IconUsers} title={t('users.none')}>
          <p>{t('users.noneHint')}</p>
        </EmptyState>
      )}
      {answer.data && answer.data.length > 0 && (
        <Table
          columns={[
            t('users.name'),
            t('users.role'),
            t('users.created'),
            t('users.state'),
            { words: t('users.actions'), hidden: true },
          ]}
        >
          {answer.data.map((user) => (
            <UserRow key={user.name} user={user} onPassword={() => setChanging(user.name)} />
          ))}
        </Table>
      )}
      <NewUserDialog opened={adding} onClose={() => setAdding(false)} />
      <PasswordDialog name={changing === session.user ? null : changing} onClose={() => setChanging(null)} />
      <OwnPasswordDialog client={client} opened={changing === session.user} onClose={() => setChanging(null)} />
    </PageFrame>
  );
}

function UserRow({ user, onPassword }: { user: UserLine; onPassword: () => void }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const cache = useQueryClient();
  const tell = useTell();
  const turn = useMutation({
    mutationFn: () =>
      client.post(`/api/users/${encodeURIComponent(user.name)}/${user.disabled ? 'enable' : 'disable'}`),
    onError: tell.failed,
    onSettled: () => cache.invalidateQueries(usersQuery(client)),
  });
  return (
    <tr>
      <td>
        <bdi>{user.name}</bdi>
      </td>
      <td>{t(`role.${user.role}`)}</td>
      <td>
        <IsoTime iso={user.created} />
      </td>
      <td>{t(user.disabled ? 'users.disabled' : 'users.active')}</td>
      <td>
        <span className={style.row}>
          <Button size="compact-xs" onClick={onPassword}>
            {t('users.password')}
          </Button>
          <Button
            size="compact-xs"
            disabled={user.name === session.user}
            loading={turn.isPending}
            onClick={() => turn.mutate()}
          >
            {t(user.disabled ? 'users.enable' : 'users.disable')}
          </Button>
        </span>
      </td>
    </tr>
  );
}
