/** A conversation. */
import { useEffect, useState } from 'react';

import { useCell, useNav, usePhone } from '~/app/hooks';
import { Banner, Button, IconButton, Screen } from '~/parts';
import type { Chat as Conversation, Quote } from '~/talk/model';
import { lasting, say, sayCount } from '~/words';

import { useNames } from '../names';
import styles from './chat.module.css';
import { Composer } from './Composer';
import { Lines } from './Lines';

export function Chat({ room }: { room: string }) {
  const nav = useNav();
  const { book } = usePhone();
  const names = useNames();
  const chat = useCell(book.chats).find((each) => each.room === room);
  const [quote, setQuote] = useState<Quote | null>(null);
  if (!chat) return null;
  const name = names.ofChat(chat);
  return (
    <Screen
      title={name}
      back={() => nav.back()}
      column={false}
      under={
        <>
          <Facts chat={chat} />
          <Keys chat={chat} />
        </>
      }
      actions={<IconButton icon="more" label={say('chat.details')} onClick={() => nav.push({ at: 'details', room })} />}
    >
      <div className={styles.chat}>
        <Lines chat={chat} reply={setQuote} />
        {chat.left ? (
          <p className={styles.note}>{say('chat.left')}</p>
        ) : (
          <>
            {!chat.members.length && <p className={styles.note}>{say('chat.waiting', { name })}</p>}
            <Composer chat={chat} quote={quote} done={() => setQuote(null)} />
          </>
        )}
      </div>
    </Screen>
  );
}

function Facts({ chat }: { chat: Conversation }) {
  const names = useNames();
  const writing = useCell(usePhone().writing)[chat.room] ?? [];
  const facts = [
    chat.kind === 'group' && sayCount('chat.members', chat.members.length + chat.invited.length),
    ...writing.map((pin) => say('chat.typing', { name: names.of(pin) })),
    chat.timer > 0 && say('timer.short', { value: lasting(chat.timer) }),
  ].filter(Boolean);
  return facts.length ? (
    <p className={styles.facts} aria-live="polite">
      {facts.join(' · ')}
    </p>
  ) : null;
}

/** Contacts of this conversation whose keys have changed: calm, but nothing is sent until somebody decides. */
function Keys({ chat }: { chat: Conversation }) {
  const nav = useNav();
  const { trust, outbox } = usePhone();
  const names = useNames();
  const changed = useCell(trust.changed);
  const who = chat.members.join();
  useEffect(() => {
    // Without a line the next visit looks again, and nothing is sent before.
    for (const pin of who.split(',').filter(Boolean)) void trust.review(pin).catch(() => undefined);
  }, [trust, who]);
  return chat.members
    .filter((pin) => changed.has(pin))
    .map((pin) => (
      <Banner
        key={pin}
        warning
        actions={
          <>
            <Button onClick={() => nav.push({ at: 'check', pin })}>{say('keys.check')}</Button>
            <Button tone="quiet" onClick={() => void trust.accept(pin, false).then(() => outbox.pump())}>
              {say('keys.accept')}
            </Button>
          </>
        }
      >
        {say('keys.changed', { name: names.of(pin) })}
      </Banner>
    ));
}
