import { Switch } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconAt } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { accounts } from '~/api/queries';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { useDesk } from '~/app/session';
import { ListPage, Quiet, useFind } from '~/parts/ListPage';
import { useTitle } from '~/parts/PageFrame';
import { Monogram, PartyName } from '~/parts/PartyName';

const route = getRouteApi('/desk/accounts');

export function AccountsPage() {
  const { t } = useTranslation();
  useTitle(t('pages.accounts'));
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <AccountList />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

/** All accounts in scope, the one that sent most first, each with whom claims name. */
function AccountList() {
  const { t } = useTranslation();
  const { client } = useDesk();
  const { find: typed = '', unclaimed = false } = route.useSearch();
  const find = useFind(typed);
  const navigate = route.useNavigate();
  const query = accounts(client, find, unclaimed);
  const answer = useInfiniteQuery(query);
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.accounts) ?? [], [answer.data]);
  const narrowed = find !== '' || unclaimed;
  return (
    <ListPage
      title={t('pages.accounts')}
      counted={(count) =>
        t('accounts.counted', {
          accounts: t('count.accounts', { count }),
          unclaimed: answer.data?.pages[0]?.unclaimed ?? 0,
        })
      }
      findLabel={t('accounts.find')}
      typed={typed}
      asked={`${find} ${unclaimed}`}
      onFind={(text) => void navigate({ search: (old) => ({ ...old, find: text || undefined }), replace: true })}
      tools={
        <Switch
          size="sm"
          label={t('accounts.unclaimed')}
          checked={unclaimed}
          onChange={(event) => {
            const on = event.currentTarget.checked || undefined;
            void navigate({ search: (old) => ({ ...old, unclaimed: on }), replace: true });
          }}
        />
      }
      answer={answer}
      queryKey={query.queryKey}
      name={`accounts ${find} ${unclaimed}`}
      list={list}
      keyOf={({ account }) => account}
      none={{
        icon: IconAt,
        title: t(narrowed ? 'accounts.noneFound' : 'accounts.none'),
        hint: t(narrowed ? 'accounts.noneFoundHint' : 'accounts.noneHint'),
      }}
      keyWords={{ next: t('keys.nextAccount'), previous: t('keys.previousAccount') }}
      to={({ account }) => ({ to: '/accounts/$account', params: { account } })}
    >
      {(found) => ({
        icon: <Monogram party={found} />,
        title: <PartyName party={found} />,
        second: found.name !== found.account && <code>{found.account}</code>,
        sums: t('count.messages', { count: found.sent }),
        sumsSecond: t('count.rooms', { count: found.conversations }),
        end:
          found.persons.length > 0 ? (
            found.persons.map(({ id, name }) => <bdi key={id}>{name}</bdi>)
          ) : (
            <Quiet>{t('accounts.nobody')}</Quiet>
          ),
      })}
    </ListPage>
  );
}
