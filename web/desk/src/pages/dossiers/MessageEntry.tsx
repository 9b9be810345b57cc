import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconArrowsVertical, IconPaperclip } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { itemContext } from '~/api/dossiers';
import type { Choice, DossierItem, Line } from '~/api/types';
import { useDesk } from '~/app/session';
import { ExcludedMark } from '~/dossier/ExcludedMark';
import type { Dated } from '~/logic/dossiers';
import { AccountLink } from '~/parts/AccountLink';
import { asFound } from '~/parts/asFound';
import { kindWord } from '~/parts/kindWord';
import { Moment } from '~/parts/Moment';
import { Noted } from '~/parts/Said';
import { Bone } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { VerdictMark } from '~/parts/VerdictMark';

import { Coding } from './Coding';
import style from './Dossier.module.css';
import { Past } from './Past';

interface Props {
  entry: Dated & { kind: 'message' };
  /** What it says, once it is there. */
  line: Line | undefined;
  reference: string;
  /** The keys act on it. */
  current: boolean;
  /** The lines around it are shown. */
  around: boolean;
  onAround: () => void;
  onFocus: () => void;
  onCode: ((record: number, choice: Choice) => void) | undefined;
  onChange: (() => void) | undefined;
  onRemove: (() => void) | undefined;
}

/** A message of a dossier: what it says, why it is there, the lines around it, and what reviewers decided of it. */
export function MessageEntry(props: Props) {
  const { entry, line, reference, current, around, onAround, onFocus, onCode, onChange, onRemove } = props;
  const { t } = useTranslation();
  const { item, coded } = entry;
  const number = item.current ?? item.record ?? 0;
  const lines = item.before + item.after;
  const what = t('dossier.item', { number });
  return (
    <article
      className={style.entry}
      id={`item-${item.id}`}
      data-item={item.id}
      data-current={current}
      data-disputed={coded?.disputed || undefined}
      tabIndex={-1}
      onFocus={onFocus}
      aria-label={what}
    >
      <span className={style.when}>
        {line ? <Moment moment={line.time} /> : <Bone width="8rem" />}
        <Link to="/records/$number" params={{ number: String(number) }} className={style.number}>
          #{number}
        </Link>
      </span>
      <div className={style.main}>
        {around && lines > 0 ? (
          <Context reference={reference} item={item} number={number} />
        ) : (
          <>
            <p className={style.sender}>
              {line && <AccountLink party={line.sender} account />}
              {item.kind === 'media' && <span className={style.quiet}> · {t('dossier.attachment')}</span>}
            </p>
            {line ? <Words line={line} /> : <Bone width="70%" />}
          </>
        )}
        {item.why && (
          <p className={style.why}>
            <Noted>{item.why}</Noted>
          </p>
        )}
        <ExcludedMark decisions={item.excluded} />
        <span className={style.tools} data-screen-only>
          {lines > 0 && (
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<IconArrowsVertical size={13} />}
              aria-expanded={around}
              onClick={onAround}
            >
              {around ? t('dossier.contextHide') : t('dossier.context', { count: lines })}
            </Button>
          )}
          {onChange && (
            <Button size="compact-xs" variant="subtle" aria-label={t('dossier.changeOf', { what })} onClick={onChange}>
              {t('dossier.change')}
            </Button>
          )}
          {onRemove && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              aria-label={t('dossier.removeOf', { what })}
              onClick={onRemove}
            >
              {t('dossier.remove')}
            </Button>
          )}
          <Past reference={reference} kind="item" thing={item.id} version={item.version} what={what} />
        </span>
      </div>
      <Coding number={number} coded={coded} onCode={onCode} />
    </article>
  );
}

/** What a message says, or why it cannot be read, or what it carries. */
export function Words({ line }: { line: Line }) {
  const { t } = useTranslation();
  return (
    <>
      {line.text ? (
        <p className={style.words} {...asFound}>
          {line.text}
        </p>
      ) : (
        !line.media && <VerdictMark verdict={line.verdict} />
      )}
      {line.media && (
        <p className={style.quiet}>
          <IconPaperclip size={13} aria-hidden /> {kindWord(line.kind, t)}
        </p>
      )}
    </>
  );
}

/** The message among the lines around it, each leading into the conversation. */
function Context({ reference, item, number }: { reference: string; item: DossierItem; number: number }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(itemContext(client, reference, item));
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Bone width="70%" />;
  return (
    // Where a hundred lines stand before the message, it is in sight all the same.
    <ol className={style.context} ref={showTarget} tabIndex={0} aria-label={t('dossier.contextOf', { number })}>
      {answer.data.map((line) => (
        <li key={line.number} data-target={line.number === number}>
          <span className={style.contextHead}>
            <AccountLink party={line.sender} /> <Moment moment={line.time} />{' '}
            <Link to="/records/$number" params={{ number: String(line.number) }} className={style.number}>
              #{line.number}
            </Link>
          </span>
          <Words line={line} />
        </li>
      ))}
    </ol>
  );
}

/** Scrolls the lines around a message to it. */
function showTarget(list: HTMLElement | null): void {
  const target = list?.querySelector<HTMLElement>('[data-target="true"]');
  if (list && target) list.scrollTop = target.offsetTop - list.clientHeight / 2;
}
