/** Conversations, newest first; above them, who asks. */
import type { ReactNode } from 'react';

import { useCell, useNav, usePhone, useSession, useWork } from '~/app/hooks';
import { Avatar, Button, Empty, Fault, Icon, IconButton, Lead, Screen } from '~/parts';
import type { Chat, Glance } from '~/talk/model';
import { say, sayCount, shortly } from '~/words';

import { useNames } from './names';
import styles from './screens.module.css';

export function List() {
  const nav = useNav();
  const session = useSession();
  const { book, contacts } = usePhone();
  const chats = useCell(book.chats).filter((chat) => !chat.left || chat.next > 0);
  const waiting = useCell(contacts.known).filter((pin) => !book.directWith(pin));
  const requests = useCell(contacts.requests);
  return (
    <Screen
      title={say('list.title')}
      column={false}
      actions={
        <>
          <IconButton icon="add" label={say('list.add')} onClick={() => nav.push({ at: 'add' })} />
          <IconButton icon="group" label={say('list.group')} onClick={() => nav.push({ at: 'group' })} />
          <IconButton icon="account" label={say('list.account')} onClick={() => nav.push({ at: 'account' })} />
          <IconButton icon="lock" label={say('list.lock')} onClick={() => session.lock()} />
        </>
      }
    >
      <Requests pins={requests} />
      {chats.length + waiting.length + requests.length === 0 && (
        <Empty title={say('list.empty')}>
          <Lead>{say('list.empty.lead')}</Lead>
          <Button tone="primary" onClick={() => nav.push({ at: 'add' })}>
            {say('list.add')}
          </Button>
        </Empty>
      )}
      <ul className={styles.list}>
        {chats.map((chat) => (
          <ChatRow key={chat.room} chat={chat} />
        ))}
        {waiting.map((pin) => (
          <WaitingRow key={pin} pin={pin} />
        ))}
      </ul>
    </Screen>
  );
}

function Requests({ pins }: { pins: readonly string[] }) {
  const { contacts } = usePhone();
  const { busy, fault, run } = useWork();
  if (!pins.length) return null;
  return (
    <section className={styles.requests} aria-label={say('list.requests')}>
      <h2>{say('list.requests')}</h2>
      <ul>
        {pins.map((pin) => (
          <li key={pin} className={styles.request}>
            <span className={styles.requestPin}>{pin}</span>
            <Button
              disabled={busy}
              aria-label={`${say('list.decline')}: ${pin}`}
              onClick={() => run(() => contacts.answer(pin, false))}
            >
              {say('list.decline')}
            </Button>
            <Button
              tone="primary"
              disabled={busy}
              aria-label={`${say('list.accept')}: ${pin}`}
              onClick={() => run(() => contacts.answer(pin, true))}
            >
              {say('list.accept')}
            </Button>
          </li>
        ))}
      </ul>
      <Fault>{fault}</Fault>
    </section>
  );
}

function ChatRow({ chat }: { chat: Chat }) {
  const nav = useNav();
  const names = useNames();
  const name = names.ofChat(chat);
  const changed = useCell(usePhone().trust.changed);
  const keys = chat.members.some((pin) => changed.has(pin));
  const open = useCell(nav.stack).some((place) => 'room' in place && place.room === chat.room);
  return (
    <Row
      id={chat.members[0] ?? chat.invited[0] ?? chat.room}
      name={name}
      open={open}
      press={() => nav.show({ at: 'chat', room: chat.room })}
      aside={
        <>
          {chat.glance && <time dateTime={new Date(chat.glance.at).toISOString()}>{shortly(chat.glance.at)}</time>}
          {chat.unread > 0 && (
            <span className={styles.unread}>
              <span aria-hidden="true">{chat.unread}</span>
              <span className="unseen">{sayCount('list.unread', chat.unread)}</span>
            </span>
          )}
        </>
      }
    >
      {keys && (
        <span className={styles.warned}>
          <Icon name="warning" size={14} />
          <span className="unseen">{say('keys.short')}</span>
        </span>
      )}
      {chat.timer > 0 && <Icon name="timer" size={14} />}
      <GlanceText glance={chat.glance} group={chat.kind === 'group'} />
    </Row>
  );
}

function GlanceText({ glance, group }: { glance: Glance | null; group: boolean }) {
  const names = useNames();
  if (!glance) return <span>{say('list.none')}</span>;
  const who = glance.mine ? `${say('you')}: ` : group ? `${names.of(glance.from)}: ` : '';
  const text = glance.kind === 'text' ? glance.excerpt : say(`kind.${glance.kind}`);
  return (
    <span className={styles.excerpt} dir="auto">
      {who}
      {text}
    </span>
  );
}

function WaitingRow({ pin }: { pin: string }) {
  const nav = useNav();
  const names = useNames();
  return (
    <Row id={pin} name={names.of(pin)} open={false} press={() => nav.push({ at: 'contact', pin })}>
      <span>{say('list.waiting')}</span>
    </Row>
  );
}

interface RowProps {
  id: string;
  name: string;
  open: boolean;
  press: () => void;
  aside?: ReactNode;
  children: ReactNode;
}

function Row({ id, name, open, press, aside, children }: RowProps) {
  return (
    <li>
      <button type="button" className={styles.row} aria-current={open || undefined} onClick={press}>
        <Avatar id={id} name={name} />
        <span className={styles.rowText}>
          <span className={styles.rowName} dir="auto">
            {name}
          </span>
          <span className={styles.rowLine}>{children}</span>
        </span>
        <span className={styles.rowAside}>{aside}</span>
      </button>
    </li>
  );
}
