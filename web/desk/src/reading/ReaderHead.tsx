import { Button, Popover, UnstyledButton } from '@mantine/core';
import { IconCalendar, IconUsers } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { LineFilter } from '~/api/queries';
import type { ConversationSummary } from '~/api/types';
import { dayOf } from '~/logic/moment';
import { AccountLink } from '~/parts/AccountLink';
import { asFound } from '~/parts/asFound';
import { lockedWords } from '~/parts/lockedWords';
import { Monogram } from '~/parts/PartyName';
import { Bone } from '~/parts/Skeletons';

import { LineFilters } from './LineFilters';
import style from './ReaderHead.module.css';

/** The calendar is fetched when it is opened first. */
const Calendar = lazy(() => import('./Calendar'));

interface Props {
  summary: ConversationSummary | undefined;
  title: string;
  filter: LineFilter;
  onFilter: (filter: LineFilter) => void;
  onJump: (day: string) => void;
  level: 1 | 2;
  actions?: ReactNode;
}

/** Name and sums of a conversation, its filters, and the way to a date. */
export function ReaderHead({ summary, title, filter, onFilter, onJump, level, actions }: Props) {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <header className={style.head}>
      <div className={style.title}>
        <Heading {...asFound}>{title}</Heading>
        <div className={style.sums}>{summary ? <Sums summary={summary} /> : <Bone width="14rem" />}</div>
      </div>
      <div className={style.tools} data-screen-only>
        <LineFilters members={summary?.members ?? []} filter={filter} onFilter={onFilter} />
        <JumpToDate summary={summary} onJump={onJump} />
        {actions}
      </div>
    </header>
  );
}

function Sums({ summary }: { summary: ConversationSummary }) {
  const { t } = useTranslation();
  return (
    <>
      <span>
        {t('count.messages', { count: summary.messages })}
        {summary.locked > 0 && `, ${lockedWords(t, summary.messages, summary.locked)}`}
      </span>
      {summary.first && summary.last && (
        <span className={style.span}>
          {dayOf(summary.first.iso)} – {dayOf(summary.last.iso)}
        </span>
      )}
      <Members summary={summary} />
    </>
  );
}

function Members({ summary }: { summary: ConversationSummary }) {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-start" width={320} trapFocus>
      <Popover.Target>
        <UnstyledButton className={style.members}>
          <IconUsers size={14} aria-hidden />
          {t('count.members', { count: summary.members.length })}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('reader.members')}>
        <ul className={style.list}>
          {summary.members.map((member) => (
            <li key={member.account}>
              <Monogram party={member} />
              <AccountLink party={member} account />
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

function JumpToDate({ summary, onJump }: { summary: ConversationSummary | undefined; onJump: (day: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          title={t('reader.jumpToDate')}
          leftSection={<IconCalendar size={14} />}
          disabled={!summary?.first}
          onClick={() => setOpen(!open)}
        >
          {t('reader.jumpToDate')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('reader.jumpToDate')}>
        {summary?.first && summary.last && (
          <Suspense fallback={<Bone width="15rem" height="15rem" />}>
            <Calendar
              id={summary.id}
              first={dayOf(summary.first.iso)}
              last={dayOf(summary.last.iso)}
              onPick={(day) => {
                setOpen(false);
                onJump(day);
              }}
            />
          </Suspense>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
