import { IconAt, IconMessage, IconMessages, IconUserShield } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { conversationSummary } from '~/api/queries';
import { useDesk } from '~/app/session';
import type { Entry } from '~/logic/withheld';
import { Noted } from '~/parts/Said';
import { IsoTime } from '~/parts/Moment';

import style from './FilterPage.module.css';

const ICONS = { account: IconAt, conversation: IconMessages, message: IconMessage } as const;

/** One thing to decide on, or decided: what it is, why, by whom and when. */
export function EntryRow({ entry, open, onOpen }: { entry: Entry; open: boolean; onOpen: () => void }) {
  const { t } = useTranslation();
  const subject = entry.decision?.subject ?? 'account';
  const Icon = entry.declaration ? IconUserShield : ICONS[subject];
  return (
    <button
      type="button"
      className={style.row}
      data-open={open}
      data-standing={entry.standing}
      aria-current={open ? 'true' : undefined}
      onClick={onOpen}
    >
      <Icon size={18} stroke={1.6} aria-hidden />
      <span className={style.rowWords}>
        <span className={style.rowHead}>
          <strong>
            <Title entry={entry} />
          </strong>
          <StandingWord entry={entry} />
        </span>
        <span className={style.rowWhy}>
          {entry.declaration ? (
            t('filter.declaredAs', {
              profession: t(`privilege.professions.${entry.declaration.profession}`),
              number: entry.declaration.number,
            })
          ) : (
            <Noted>{entry.why}</Noted>
          )}
        </span>
        <span className={style.rowFoot}>
          {entry.decision?.rule ? t('filter.byRule', { rule: entry.decision.rule }) : <bdi>{entry.by}</bdi>}{' '}
          <IsoTime iso={entry.at} />
        </span>
      </span>
    </button>
  );
}

/** What an entry is about, as one names it. */
export function Title({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const { decision } = entry;
  if (decision?.subject === 'conversation') return <ConversationTitle id={entry.conversation} />;
  if (decision?.subject === 'message') {
    return (
      <>
        {entry.record === null ? t('filter.message') : t('filter.messageOf', { number: entry.record })}{' '}
        <bdi>{decision.sender}</bdi>
      </>
    );
  }
  return <bdi>{entry.account}</bdi>;
}

function ConversationTitle({ id }: { id: string }) {
  const { client } = useDesk();
  const summary = useQuery({ ...conversationSummary(client, id), retry: false });
  return <bdi>{summary.data?.title ?? id}</bdi>;
}

/** How it stands with an entry, as a word beside its tone. */
export function StandingWord({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const words = entry.declaration
    ? t(`filter.declaration.${entry.declaration.state}`)
    : t(`filter.state.${entry.decision?.state ?? 'suspected'}`);
  return (
    <span className={style.standing} data-standing={entry.standing}>
      {words}
    </span>
  );
}
