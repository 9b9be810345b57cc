import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMessages, IconUser, IconUsersGroup } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { conversations } from '~/api/queries';
import type { ConversationSummary } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { useDesk } from '~/app/session';
import { percent } from '~/logic/size';
import { ListPage, useFind } from '~/parts/ListPage';
import { Moment } from '~/parts/Moment';
import { useTitle } from '~/parts/PageFrame';

const route = getRouteApi('/desk/conversations');

export function ConversationsPage() {
  const { t } = useTranslation();
  useTitle(t('pages.conversations'));
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <ConversationList />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

/** All conversations in scope, the one spoken in last first. */
function ConversationList() {
  const { t, i18n } = useTranslation();
  const { client } = useDesk();
  const { find: typed = '' } = route.useSearch();
  const find = useFind(typed);
  const navigate = route.useNavigate();
  const query = conversations(client, find);
  const answer = useInfiniteQuery(query);
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.conversations) ?? [], [answer.data]);
  return (
    <ListPage
      title={t('pages.conversations')}
      counted={(count) => t('count.conversations', { count })}
      findLabel={t('conversations.find')}
      typed={typed}
      asked={find}
      onFind={(text) => void navigate({ search: { find: text || undefined }, replace: true })}
      answer={answer}
      queryKey={query.queryKey}
      name={`conversations ${find}`}
      list={list}
      keyOf={(summary) => summary.id}
      none={{
        icon: IconMessages,
        title: t(find ? 'conversations.noneFound' : 'conversations.none'),
        hint: t(find ? 'conversations.noneFoundHint' : 'conversations.noneHint'),
      }}
      keyWords={{ next: t('keys.nextConversation'), previous: t('keys.previousConversation') }}
      to={({ id }) => ({ to: '/conversations/$id', params: { id } })}
    >
      {(summary) => {
        const Icon = summary.direct ? IconUser : IconUsersGroup;
        return {
          icon: (
            <Icon
              size={20}
              stroke={1.5}
              aria-label={t(summary.direct ? 'conversations.direct' : 'conversations.group')}
            />
          ),
          title: <bdi>{summary.title}</bdi>,
          second: <Members summary={summary} />,
          sums: t('count.messages', { count: summary.messages }),
          sumsSecond:
            summary.locked > 0 &&
            `${t('count.locked', { count: summary.locked })} (${percent(summary.locked, summary.messages, i18n.language)})`,
          end: summary.last && <Moment moment={summary.last} />,
        };
      }}
    </ListPage>
  );
}

function Members({ summary }: { summary: ConversationSummary }) {
  const { t } = useTranslation();
  const members = summary.members.map((member) => member.name || member.account);
  return (
    <>
      {members.slice(0, 6).map((name, index) => (
        <span key={index}>
          {index > 0 && ', '}
          <bdi>{name}</bdi>
        </span>
      ))}
      {members.length > 6 && ` ${t('conversations.others', { count: members.length - 6 })}`}
    </>
  );
}
