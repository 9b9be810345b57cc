import { ActionIcon, Button, Kbd, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowUpRight, IconChevronLeft, IconChevronRight, IconEyeCheck, IconLock } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { conversationSummary, hitPage, line as lineQuery, type LineFilter, type Start } from '~/api/queries';
import { useDesk } from '~/app/session';
import { useKeys } from '~/keys/keys';
import { type Entry, queryOf } from '~/logic/withheld';
import { asFound } from '~/parts/asFound';
import { Digest } from '~/parts/Digest';
import { LinkButton } from '~/parts/LinkButton';
import { IsoTime } from '~/parts/Moment';
import { Noted } from '~/parts/Said';
import { LineSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { Reader } from '~/reading/Reader';
import { ReaderHead } from '~/reading/ReaderHead';

import type { Act, Verb } from './DecideDialog';
import { StandingWord, Title } from './EntryRow';
import style from './FilterPage.module.css';

interface Props {
  entry: Entry;
  /** Asked to decide: the reason is asked for, with one that is proposed. */
  onBegin: (act: Act) => void;
  onProvenance: (number: number) => void;
}

/** Something to decide on, with the messages in their conversation, and the acts that decide. */
export function Judging({ entry, onBegin, onProvenance }: Props) {
  const { t } = useTranslation();
  const past = entry.key.startsWith('h');
  const may = (verb: Verb): boolean => !past && entry.standing !== (verb === 'keep' ? 'withheld' : 'given');
  const instead = (): string =>
    entry.standing === 'waiting' ? '' : t('filter.instead', { why: entry.why, time: entry.at });
  const begin = (verb: Verb): unknown => (may(verb) ? onBegin({ entry, verb, why: instead() }) : false);
  const keepWords = t(entry.declaration ? 'filter.verify' : 'filter.confirm');
  const giveWords = t(entry.declaration ? 'filter.reject' : 'filter.release');
  useKeys([
    { keys: 'y', words: t('keys.keepWithheld'), group: 'list', run: () => begin('keep') },
    { keys: 'n', words: t('keys.giveBack'), group: 'list', run: () => begin('give') },
  ]);
  return (
    <>
      <header className={style.judge}>
        <div className={style.judgeHead}>
          <h2>
            <Title entry={entry} />
          </h2>
          <StandingWord entry={entry} />
        </div>
        <Facts entry={entry} />
        <div className={style.buttons} data-screen-only>
          {may('keep') && (
            <Button
              leftSection={<IconLock size={15} />}
              rightSection={<Kbd size="xs">y</Kbd>}
              onClick={() => begin('keep')}
            >
              {keepWords}
            </Button>
          )}
          {may('give') && (
            <Button
              leftSection={<IconEyeCheck size={15} />}
              rightSection={<Kbd size="xs">n</Kbd>}
              onClick={() => begin('give')}
            >
              {giveWords}
            </Button>
          )}
        </div>
      </header>
      <Messages entry={entry} onProvenance={onProvenance} />
    </>
  );
}

function Facts({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const { declaration, decision } = entry;
  const period =
    entry.start || entry.end ? (
      <>
        {entry.start ? <IsoTime iso={entry.start} /> : t('authority.open')} –{' '}
        {entry.end ? <IsoTime iso={entry.end} /> : t('authority.open')}
      </>
    ) : null;
  const facts: [string, ReactNode][] = [];
  if (declaration) {
    facts.push(
      [t('privilege.profession'), t(`privilege.professions.${declaration.profession}`)],
      [t('privilege.period'), period ?? t('authority.always')],
      [
        t('privilege.proof'),
        <span key="proof" {...asFound}>
          {declaration.proof}
        </span>,
      ],
      [
        t('filter.entered'),
        <span key="entered">
          <bdi>{declaration.entered_by}</bdi>, <IsoTime iso={declaration.entered} />
        </span>,
      ],
    );
  } else if (period) facts.push([t('privilege.period'), period]);
  if (decision?.rule) facts.push([t('filter.rule'), decision.rule]);
  if (!declaration || declaration.state !== 'received') {
    facts.push([
      t('reason'),
      <span key="why">
        <Noted>{entry.why}</Noted> · <bdi>{entry.by}</bdi>, <IsoTime iso={entry.at} />
      </span>,
    ]);
  }
  if (decision)
    facts.push([t('filter.digest'), <Digest key="digest" value={decision.sha256} what={t('filter.digest')} />]);
  return (
    <dl className={style.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface MessagesProps {
  entry: Entry;
  onProvenance: (number: number) => void;
}

/** The messages that it is about: a conversation, around a message where one is meant, or one after another of an account. */
function Messages({ entry, onProvenance }: MessagesProps) {
  if (entry.record !== null) return <AroundRecord number={entry.record} onProvenance={onProvenance} />;
  if (entry.conversation) return <InConversation id={entry.conversation} number={null} onProvenance={onProvenance} />;
  return <OfAccount entry={entry} onProvenance={onProvenance} />;
}

function AroundRecord({ number, onProvenance }: { number: number; onProvenance: (number: number) => void }) {
  const { client } = useDesk();
  const answer = useQuery(lineQuery(client, number));
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <LineSkeletons />;
  return <InConversation id={answer.data.conversation} number={number} onProvenance={onProvenance} />;
}

/** How many messages of an account are gone through here; the search has all of them. */
function OfAccount({ entry, onProvenance }: MessagesProps) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const query = queryOf(entry);
  const answer = useQuery(hitPage(client, query, 'oldest', null));
  const [at, setAt] = useState(0);
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <LineSkeletons />;
  const { hits, total } = answer.data;
  const hit = hits[at];
  if (!hit) {
    return (
      <EmptyState title={t('filter.noMessages')}>
        <p>{t('filter.noMessagesHint')}</p>
      </EmptyState>
    );
  }
  return (
    <InConversation
      key={hit.line.conversation}
      id={hit.line.conversation}
      number={hit.line.number}
      onProvenance={onProvenance}
      tools={
        <>
          <Tooltip label={t('filter.previousMessage')}>
            <ActionIcon
              variant="default"
              size={30}
              aria-label={t('filter.previousMessage')}
              disabled={at === 0}
              onClick={() => setAt(at - 1)}
            >
              <IconChevronLeft size={16} />
            </ActionIcon>
          </Tooltip>
          <span className={style.nth}>{t('filter.nth', { nth: at + 1, total })}</span>
          <Tooltip label={t('filter.nextMessage')}>
            <ActionIcon
              variant="default"
              size={30}
              aria-label={t('filter.nextMessage')}
              disabled={at + 1 >= hits.length}
              onClick={() => setAt(at + 1)}
            >
              <IconChevronRight size={16} />
            </ActionIcon>
          </Tooltip>
          <LinkButton to="/search" search={{ q: query }} leftSection={<IconArrowUpRight size={14} />}>
            {t('filter.searchAll')}
          </LinkButton>
        </>
      }
    />
  );
}

const ALL: LineFilter = { participant: [], kind: [] };

interface ConversationProps {
  id: string;
  /** Record to open around; null for the end. */
  number: number | null;
  onProvenance: (number: number) => void;
  tools?: ReactNode;
}

function InConversation({ id, number, onProvenance, tools }: ConversationProps) {
  const { client } = useDesk();
  const summary = useQuery(conversationSummary(client, id));
  const start = useMemo<Start>(() => (number === null ? { end: true } : { around: number }), [number]);
  const [filter, setFilter] = useState(ALL);
  return (
    <div className={style.reading}>
      <Reader
        conversation={id}
        start={start}
        filter={filter}
        level={3}
        onProvenance={onProvenance}
        head={(jump) => (
          <ReaderHead
            summary={summary.data}
            title={summary.data?.title ?? id}
            filter={filter}
            onFilter={setFilter}
            onJump={jump}
            level={2}
            actions={tools}
          />
        )}
      />
    </div>
  );
}
