import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { IconMessages, IconSearch, IconUser, IconUsersGroup } from '@tabler/icons-react';
import { type ComponentProps, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { conversations } from '~/api/queries';
import type { ConversationSummary } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { useKeptState } from '~/app/kept';
import { NeedsRelease } from '~/app/NeedsRelease';
import { useDesk } from '~/app/session';
import { useKeys } from '~/keys/keys';
import { percent } from '~/logic/size';
import { Moment } from '~/parts/Moment';
import { useTitle } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { VirtualList, type VirtualListHandle } from '~/parts/VirtualList';

import style from './ConversationsPage.module.css';

/** A pause in typing, after which the list is asked for, in milliseconds. */
const PAUSE = 200;

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
  const { t } = useTranslation();
  const { client } = useDesk();
  // The address follows at once, the server is asked after a pause: no late change of address can lead back here.
  const { find: typed = '' } = route.useSearch();
  const [find] = useDebouncedValue(typed, PAUSE);
  const navigate = route.useNavigate();
  const answer = useInfiniteQuery(conversations(client, find));
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.conversations) ?? [], [answer.data]);
  const narrow = (text: string): void => void navigate({ search: { find: text || undefined }, replace: true });
  return (
    <div className={style.page}>
      <header className={style.head}>
        <div>
          <h1>{t('pages.conversations')}</h1>
          <p aria-live="polite">
            {answer.data && t('count.conversations', { count: answer.data.pages[0]?.total ?? 0 })}
          </p>
        </div>
        <TextInput
          className={style.find}
          leftSection={<IconSearch size={15} />}
          aria-label={t('conversations.find')}
          placeholder={t('conversations.find')}
          defaultValue={typed}
          onChange={(event) => narrow(event.currentTarget.value)}
        />
      </header>
      {answer.isPending && (
        <Pending queryKey={conversations(client, find).queryKey} answer={answer}>
          <RowSkeletons />
        </Pending>
      )}
      {answer.isError && list.length === 0 && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && list.length === 0 && (
        <EmptyState icon={IconMessages} title={t(find ? 'conversations.noneFound' : 'conversations.none')}>
          <p>{t(find ? 'conversations.noneFoundHint' : 'conversations.noneHint')}</p>
        </EmptyState>
      )}
      {list.length > 0 && <Rows key={find} name={`conversations ${find}`} pages={answer} list={list} />}
    </div>
  );
}

function Rows({
  name,
  pages,
  list,
}: {
  name: string;
  pages: ComponentProps<typeof VirtualList>['pages'];
  list: readonly ConversationSummary[];
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const pane = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualListHandle>(null);
  const [current, setCurrent] = useKeptState(`row ${name}`, -1);
  const go = (index: number): unknown => {
    if (!list[index]) return false;
    setCurrent(index);
    handle.current?.show(index);
  };
  const open = (): unknown => {
    const chosen = list[current];
    return chosen ? navigate({ to: '/conversations/$id', params: { id: chosen.id } }) : false;
  };
  useKeys([
    { keys: 'j', words: t('keys.nextConversation'), group: 'list', run: () => go(current + 1) },
    { keys: 'k', words: t('keys.previousConversation'), group: 'list', run: () => go(current - 1) },
    { keys: 'o', words: t('keys.open'), group: 'list', run: open },
  ]);
  return (
    <VirtualList
      pane={pane}
      handle={handle}
      label={t('pages.conversations')}
      name={name}
      list={list}
      pages={pages}
      keyOf={(summary) => summary.id}
      height={68}
    >
      {(summary, index) => <Row summary={summary} current={index === current} />}
    </VirtualList>
  );
}

function Row({ summary, current }: { summary: ConversationSummary; current: boolean }) {
  const { t, i18n } = useTranslation();
  const Icon = summary.direct ? IconUser : IconUsersGroup;
  const members = summary.members.map((member) => member.name || member.account);
  return (
    <Link to="/conversations/$id" params={{ id: summary.id }} className={style.row} data-current={current}>
      <Icon
        className={style.icon}
        size={20}
        stroke={1.5}
        aria-label={t(summary.direct ? 'conversations.direct' : 'conversations.group')}
      />
      <span className={style.who}>
        <span className={style.title}>
          <bdi>{summary.title}</bdi>
        </span>
        <span className={style.members}>
          {members.slice(0, 6).map((name, index) => (
            <span key={index}>
              {index > 0 && ', '}
              <bdi>{name}</bdi>
            </span>
          ))}
          {members.length > 6 && ` ${t('conversations.others', { count: members.length - 6 })}`}
        </span>
      </span>
      <span className={style.sums}>
        <span>{t('count.messages', { count: summary.messages })}</span>
        <span className={style.locked}>
          {summary.locked > 0 &&
            `${t('count.locked', { count: summary.locked })} (${percent(summary.locked, summary.messages, i18n.language)})`}
        </span>
      </span>
      <span className={style.when}>{summary.last && <Moment moment={summary.last} />}</span>
    </Link>
  );
}
