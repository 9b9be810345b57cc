/** What belongs to a conversation or a contact: nickname, timer, members, keys, leaving. */
import { type FormEvent, useState } from 'react';

import { useCell, useNav, usePhone, useWork } from '~/app/hooks';
import { Button, Fault, Field, Lead, Screen, Sheet } from '~/parts';
import { type Chat, TIMERS } from '~/talk/model';
import { lasting, say } from '~/words';

import { Members } from './Members';
import { useNames } from './names';
import styles from './screens.module.css';

export function Details({ room }: { room: string }) {
  const nav = useNav();
  const { book } = usePhone();
  const names = useNames();
  const chat = useCell(book.chats).find((each) => each.room === room);
  if (!chat) return null;
  const [other] = [...chat.members, ...chat.invited];
  return (
    <Screen title={names.ofChat(chat)} back={() => nav.back()}>
      {chat.kind === 'direct' && other ? <Person key={other} pin={other} /> : <Group chat={chat} />}
      {!chat.left && <Timer chat={chat} />}
      {chat.kind === 'direct' && other && <Remove pin={other} />}
      <Forget room={room} />
    </Screen>
  );
}

/** A contact who has not answered yet. */
export function ContactScreen({ pin }: { pin: string }) {
  const nav = useNav();
  const names = useNames();
  return (
    <Screen title={names.of(pin)} back={() => nav.back()}>
      <Lead>{say('list.waiting')}</Lead>
      <Nickname pin={pin} />
      <Remove pin={pin} />
    </Screen>
  );
}

function Person({ pin }: { pin: string }) {
  const nav = useNav();
  const { trust } = usePhone();
  const names = useNames();
  const checked = useCell(trust.checked).has(pin);
  return (
    <>
      <p>
        {say('contact.pin')}: <span className={styles.pinInline}>{pin}</span>
      </p>
      <Nickname pin={pin} />
      <section className={styles.block} aria-label={say('check.title')}>
        <h2>{say('check.title')}</h2>
        <Lead>{say(checked ? 'contact.checked' : 'contact.unchecked', { name: names.of(pin) })}</Lead>
        <Button onClick={() => nav.push({ at: 'check', pin })}>{say('check.title')}</Button>
      </section>
    </>
  );
}

function Nickname({ pin }: { pin: string }) {
  const { contacts } = usePhone();
  const kept = useCell(contacts.nicknames)[pin] ?? '';
  const [nickname, setNickname] = useState(kept);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void contacts.setNickname(pin, nickname);
  };
  return (
    <form className={styles.form} onSubmit={save}>
      <Field
        label={say('contact.nickname')}
        maxLength={60}
        dir="auto"
        value={nickname}
        onChange={(event) => setNickname(event.target.value)}
      />
      {nickname.trim() !== kept && <Button type="submit">{say('save')}</Button>}
    </form>
  );
}

function Timer({ chat }: { chat: Chat }) {
  const phone = usePhone();
  return (
    <fieldset className={styles.choices}>
      <legend>{say('timer.title')}</legend>
      <Lead>{say('timer.lead')}</Lead>
      {TIMERS.map((seconds) => (
        <label key={seconds} className={styles.choice}>
          <input
            type="radio"
            name="timer"
            checked={chat.timer === seconds}
            onChange={() => void phone.settleChat(chat, { timer: seconds })}
          />
          <span>{lasting(seconds)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Group({ chat }: { chat: Chat }) {
  const nav = useNav();
  const phone = usePhone();
  const [name, setName] = useState(chat.name ?? '');
  const { busy, fault, run } = useWork();
  const rename = (event: FormEvent): void => {
    event.preventDefault();
    void phone.settleChat(chat, { name: name.trim() });
  };
  const leave = async (): Promise<void> => {
    await phone.leave(chat.room);
    nav.back();
  };
  return (
    <>
      <form className={styles.form} onSubmit={rename}>
        <Field
          label={say('group.rename')}
          maxLength={60}
          dir="auto"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {name.trim() && name.trim() !== chat.name && <Button type="submit">{say('save')}</Button>}
      </form>
      <Members chat={chat} />
      {!chat.left && (
        <Button tone="danger" disabled={busy} onClick={() => run(leave)}>
          {say('group.leave')}
        </Button>
      )}
      <Fault>{fault}</Fault>
    </>
  );
}

/** Delete the whole conversation here, after asking once more. */
function Forget({ room }: { room: string }) {
  const phone = usePhone();
  const nav = useNav();
  const [asking, setAsking] = useState(false);
  const { busy, fault, run } = useWork();
  const forget = async (): Promise<void> => {
    await phone.forget(room);
    nav.home();
  };
  return (
    <>
      <Button tone="danger" icon="bin" onClick={() => setAsking(true)}>
        {say('chat.forget')}
      </Button>
      {asking && (
        <Sheet title={say('chat.forget')} close={() => setAsking(false)}>
          <Lead>{say('chat.forget.lead')}</Lead>
          <Fault>{fault}</Fault>
          <Button tone="danger" disabled={busy} onClick={() => run(forget)}>
            {say('chat.forget')}
          </Button>
          <Button onClick={() => setAsking(false)}>{say('cancel')}</Button>
        </Sheet>
      )}
    </>
  );
}

function Remove({ pin }: { pin: string }) {
  const nav = useNav();
  const { contacts } = usePhone();
  const [asking, setAsking] = useState(false);
  const { busy, fault, run } = useWork();
  return (
    <>
      <Button tone="danger" icon="bin" onClick={() => setAsking(true)}>
        {say('contact.remove')}
      </Button>
      {asking && (
        <Sheet title={say('contact.remove')} close={() => setAsking(false)}>
          <Lead>{say('contact.remove.lead')}</Lead>
          <Fault>{fault}</Fault>
          <Button
            tone="danger"
            disabled={busy}
            onClick={() =>
              run(async () => {
                await contacts.remove(pin);
                nav.back();
              })
            }
          >
            {say('contact.remove')}
          </Button>
          <Button onClick={() => setAsking(false)}>{say('cancel')}</Button>
        </Sheet>
      )}
    </>
  );
}
