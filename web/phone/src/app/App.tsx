/** The frame: what is shown in which state of the session, and one pane or two. */
import { Component, type ReactNode, useEffect, useMemo } from 'react';

import { Button, Mark } from '~/parts';
import { Account } from '~/screens/Account';
import { Chat } from '~/screens/chat/Chat';
import { Check, EmojiSheet } from '~/screens/Check';
import { ContactScreen, Details } from '~/screens/Details';
import { Enrol, PinStep } from '~/screens/Enrol';
import { AddContact, NewGroup } from '~/screens/Forms';
import { LineBanner } from '~/screens/LineBanner';
import { List } from '~/screens/List';
import { Lock } from '~/screens/Lock';
import styles from '~/screens/screens.module.css';
import { say } from '~/words';

import { PhoneContext, SessionContext, useCell, usePhone, useWords } from './hooks';
import { Nav, type Place } from './nav';
import type { Phone } from './phone';
import type { Session } from './session';
import { update } from './update';

export function App({ session }: { session: Session }) {
  useWords();
  return (
    <Crash>
      <SessionContext value={session}>
        <Shown session={session} />
        <Update />
      </SessionContext>
    </Crash>
  );
}

function Shown({ session }: { session: Session }) {
  const state = useCell(session.state);
  switch (state.at) {
    case 'loading':
      return null;
    case 'elsewhere':
      return (
        <main className={styles.lock} role="status">
          <Mark size={72} />
          <p>{say('lock.elsewhere')}</p>
        </main>
      );
    case 'fresh':
      return <Enrol emptied={state.emptied} />;
    case 'locked':
      return <Lock />;
    case 'open':
      return state.fresh ? <PinStep pin={state.phone.me} /> : <Open phone={state.phone} />;
  }
}

function Open({ phone }: { phone: Phone }) {
  const nav = useMemo(() => new Nav(), []);
  useEffect(() => nav.begin(), [nav]);
  const place = useCell(nav.stack).at(-1);
  const context = useMemo(() => ({ phone, nav }), [phone, nav]);
  return (
    <PhoneContext value={context}>
      <main className={styles.open}>
        <LineBanner />
        <div className={styles.app}>
          <div className={styles.pane} data-covered={place ? 'list' : undefined}>
            <List />
          </div>
          {place ? (
            <div className={styles.pane} key={JSON.stringify(place)}>
              <At place={place} />
            </div>
          ) : (
            <div className={styles.nothing}>
              <Mark size={96} />
            </div>
          )}
        </div>
      </main>
      <EmojiSheet />
    </PhoneContext>
  );
}

function At({ place }: { place: Place }) {
  switch (place.at) {
    case 'chat':
      return <Chat room={place.room} />;
    case 'details':
      return <Details room={place.room} />;
    case 'contact':
      return <Contact pin={place.pin} />;
    case 'check':
      return <Check pin={place.pin} />;
    case 'add':
      return <AddContact />;
    case 'group':
      return <NewGroup />;
    case 'account':
      return <Account />;
  }
}

/** Somebody who was asked; once they have answered, the conversation with them. */
function Contact({ pin }: { pin: string }) {
  const { book } = usePhone();
  useCell(book.chats);
  const chat = book.directWith(pin);
  return chat ? <Chat room={chat.room} /> : <ContactScreen pin={pin} />;
}

function Update() {
  const waiting = useCell(update);
  if (!waiting) return null;
  return (
    <div className={styles.update} role="status">
      {say('update.ready')}
      <Button tone="primary" onClick={waiting}>
        {say('update.restart')}
      </Button>
    </div>
  );
}

/** Nothing that goes wrong while drawing leaves an empty page behind. */
class Crash extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override render(): ReactNode {
    if (!this.state.crashed) return this.props.children;
    return (
      <main className={styles.lock} role="alert">
        <p>{say('fault.crash')}</p>
        <Button tone="primary" onClick={() => location.reload()}>
          {say('fault.restart')}
        </Button>
      </main>
    );
  }
}
