import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconAddressBook, IconUser } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { persons } from '~/api/queries';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { useDesk } from '~/app/session';
import { ListPage, Quiet, useFind } from '~/parts/ListPage';
import { useTitle } from '~/parts/PageFrame';

/** How many accounts a row names; how many there are stands beside them. */
const FEW = 3;

const route = getRouteApi('/desk/persons');

export function PersonsPage() {
  const { t } = useTranslation();
  useTitle(t('pages.persons'));
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <PersonList />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

/** All persons whom claims name, in the order in which they were named first. */
function PersonList() {
  const { t } = useTranslation();
  const { client } = useDesk();
  const { find: typed = '' } = route.useSearch();
  const find = useFind(typed);
  const navigate = route.useNavigate();
  const query = persons(client, find);
  const answer = useInfiniteQuery(query);
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.persons) ?? [], [answer.data]);
  return (
    <ListPage
      title={t('pages.persons')}
      counted={(count) => t('count.persons', { count })}
      findLabel={t('persons.find')}
      typed={typed}
      asked={find}
      onFind={(text) => void navigate({ search: { find: text || undefined }, replace: true })}
      answer={answer}
      queryKey={query.queryKey}
      name={`persons ${find}`}
      list={list}
      keyOf={({ id }) => id}
      none={{
        icon: IconAddressBook,
        title: t(find ? 'persons.noneFound' : 'persons.none'),
        hint: t(find ? 'persons.noneFoundHint' : 'persons.noneHint'),
      }}
      keyWords={{ next: t('keys.nextPerson'), previous: t('keys.previousPerson') }}
      to={({ id }) => ({ to: '/persons/$person', params: { person: id } })}
    >
      {({ id, parts, names, born, accounts, claims }) => ({
        icon: <IconUser size={20} stroke={1.5} aria-hidden />,
        title: <bdi>{names[0]}</bdi>,
        second: [
          [id, ...parts].join(' = '),
          ...(names.length > 1 ? [t('persons.also', { names: names.slice(1).join(', ') })] : []),
          ...born.map((date) => t('persons.born', { date })),
        ].join(' · '),
        sums: t('count.claims', { count: claims }),
        sumsSecond: t('count.accounts', { count: accounts.length }),
        end: (
          <>
            {accounts.slice(0, FEW).map((account) => (
              <code key={account}>{account}</code>
            ))}
            {accounts.length > FEW && <Quiet>{t('conversations.others', { count: accounts.length - FEW })}</Quiet>}
          </>
        ),
      })}
    </ListPage>
  );
}
