/** One message: what it says, when, and what became of it. */
import { useEffect, useRef, useState } from 'react';

import { useCell, usePhone } from '~/app/hooks';
import { Button, Icon, type IconName, IconButton } from '~/parts';
import { type Body, type Chat, fileOf, markOf, type Message, type Note, type Placed, type Quote } from '~/talk/model';
import type { Item } from '~/talk/outbox';
import { clock, lasting, say } from '~/words';

import { useNames } from '../names';
import { Actions, useLongPress } from './Actions';
import styles from './chat.module.css';
import { PictureView } from './Picture';
import { Reactions } from './Reactions';
import { VoicePlayer } from './Voice';

interface Props {
  chat: Chat;
  message: Placed;
  reply: (quote: Quote) => void;
}

const MARKS: Record<ReturnType<typeof markOf>, IconName> = {
  sent: 'check',
  delivered: 'check-twice',
  read: 'check-twice',
};

export function Bubble({ chat, message, reply }: Props) {
  const { me } = usePhone();
  const names = useNames();
  const seen = useSeen(chat, message);
  const [acting, setActing] = useState(false);
  const held = useLongPress(() => setActing(true));
  if (message.body.kind === 'note') return <NoteLine message={message} note={message.body} />;
  const mine = message.from === me;
  const mark = mine ? markOf(chat, message.at) : null;
  return (
    <li className={styles.line} data-mine={mine || undefined} data-place={message.place} ref={seen}>
      <div className={styles.said}>
        <article
          className={styles.bubble}
          data-kind={message.body.kind}
          aria-label={`${names.of(message.from)}, ${clock(message.at)}`}
          {...held}
        >
          {chat.kind === 'group' && !mine && (
            <p className={styles.sender} dir="auto">
              {names.of(message.from)}
            </p>
          )}
          {message.reply && <Quoted quote={message.reply} />}
          <Said body={message.body} from={names.of(message.from)} />
          <p className={styles.foot}>
            {message.timer && (
              <span title={`${say('chat.disappears')}: ${lasting(message.timer)}`}>
                <Icon name="timer" size={14} />
                <span className="unseen">
                  {say('chat.disappears')}: {lasting(message.timer)}
                </span>
              </span>
            )}
            <time dateTime={new Date(message.at).toISOString()}>{clock(message.at)}</time>
            {mark && (
              <span className={styles.mark} data-mark={mark} title={say(`mark.${mark}`)}>
                <Icon name={MARKS[mark]} size={16} />
                <span className="unseen">{say(`mark.${mark}`)}</span>
              </span>
            )}
          </p>
        </article>
        <Reactions chat={chat} message={message} />
      </div>
      <IconButton className={styles.actions} icon="more" label={say('chat.actions')} onClick={() => setActing(true)} />
      {acting && <Actions chat={chat} message={message} mine={mine} reply={reply} close={() => setActing(false)} />}
    </li>
  );
}

/** Tells when a message with a timer comes into sight. */
function useSeen(chat: Chat, message: Placed): React.RefObject<HTMLLIElement | null> {
  const { timers } = usePhone();
  const line = useRef<HTMLLIElement>(null);
  const wanted = message.timer !== undefined && message.seen === undefined;
  useEffect(() => {
    if (!wanted || !line.current) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void timers.seen(chat.room, [message]);
    });
    observer.observe(line.current);
    return () => observer.disconnect();
  }, [wanted, timers, chat.room, message]);
  return line;
}

function Said({ body, from }: { body: Body; from: string }) {
  const { media } = usePhone();
  switch (body.kind) {
    case 'text':
      return (
        <p className={styles.text} dir="auto">
          {body.text}
        </p>
      );
    case 'voice':
      return <VoicePlayer {...body} load={() => media.bytes(body)} />;
    case 'picture':
      return (
        <>
          <PictureView {...body} from={from} load={() => media.bytes(body)} />
          {body.caption && (
            <p className={styles.caption} dir="auto">
              {body.caption}
            </p>
          )}
        </>
      );
    default:
      return <p className={styles.locked}>{say('chat.locked')}</p>;
  }
}

export function Quoted({ quote }: { quote: Quote }) {
  const names = useNames();
  return (
    <blockquote className={styles.quote}>
      <cite dir="auto">{names.of(quote.from)}</cite>
      <span dir="auto">{quote.kind === 'text' ? quote.excerpt : say(`kind.${quote.kind}`)}</span>
    </blockquote>
  );
}

function NoteLine({ message, note }: { message: Message; note: Note }) {
  const names = useNames();
  const name = names.of(message.from);
  const value = note.what === 'timer' ? lasting(Number(note.value)) : String(note.value ?? '');
  const word = note.what === 'timer' && !note.value ? 'note.timer-off' : (`note.${note.what}` as const);
  return (
    <li className={styles.note} dir="auto">
      {say(word, { name, value })}
    </li>
  );
}

/** Something that is not yet in the history. */
export function Pending({ item }: { item: Item }) {
  const { outbox, media } = usePhone();
  const { draft } = item;
  if (draft.kind === 'conversation' || draft.kind === 'reaction') return null;
  const load = (): ReturnType<typeof media.unsent> => media.unsent(fileOf(item.txn));
  const failed = item.hold === 'refused';
  const state = failed
    ? say('mark.failed')
    : item.hold
      ? say(`mark.hold.${item.hold}` as 'mark.hold.line')
      : say(item.sent ? 'mark.sent' : 'mark.queued');
  return (
    <li className={styles.line} data-mine="true" data-pending={item.sent ? undefined : true}>
      <article className={styles.bubble} data-kind={draft.kind} aria-label={`${say('you')}, ${state}`}>
        {item.reply && <Quoted quote={item.reply} />}
        {draft.kind === 'text' && (
          <p className={styles.text} dir="auto">
            {draft.text}
          </p>
        )}
        {draft.kind === 'voice' && <VoicePlayer {...draft} load={load} />}
        {draft.kind === 'picture' && <PictureView {...draft} from={say('you')} load={load} />}
        <p className={styles.foot}>
          {item.hold && <span>{state}</span>}
          <Icon name={failed ? 'warning' : item.sent ? 'check' : 'clock'} size={14} />
          <span className="unseen">{state}</span>
        </p>
        {failed && (
          <p className={styles.foot}>
            <Button onClick={() => void outbox.again(item.txn)}>{say('mark.retry')}</Button>
            <Button tone="danger" onClick={() => void outbox.drop(item.txn)}>
              {say('chat.record.discard')}
            </Button>
          </p>
        )}
      </article>
    </li>
  );
}

export const usePending = (room: string): readonly Item[] =>
  useCell(usePhone().outbox.items).filter((item) => item.room === room);
