/** Who is in a group: come in, asked in, and who may be asked or taken out. */
import { type FormEvent, useState } from 'react';

import { faultWords, usePhone, useWork } from '~/app/hooks';
import { kindOf } from '~/line/errors';
import { Avatar, Button, Fault, IconButton, Lead, Sheet } from '~/parts';
import type { Chat } from '~/talk/model';
import { say } from '~/words';

import { ChooseContacts, useContactPins } from './ChooseContacts';
import { useNames } from './names';
import styles from './screens.module.css';

export function Members({ chat }: { chat: Chat }) {
  const { contacts } = usePhone();
  const names = useNames();
  const [out, setOut] = useState<string | null>(null);
  const mayTakeOut = !chat.left && contacts.mayTakeOut(chat.room);
  return (
    <section className={styles.block} aria-label={say('group.members')}>
      <h2>{say('group.members')}</h2>
      <ul>
        {[...chat.members, ...chat.invited].map((pin) => (
          <li key={pin} className={styles.member}>
            <Avatar id={pin} name={names.of(pin)} />
            <span className={styles.memberName}>
              <span dir="auto">{names.of(pin)}</span>
              {chat.invited.includes(pin) && <span className={styles.faint}>{say('group.invited')}</span>}
            </span>
            {mayTakeOut && (
              <IconButton
                icon="close"
                label={say('group.take-out.who', { name: names.of(pin) })}
                onClick={() => setOut(pin)}
              />
            )}
          </li>
        ))}
      </ul>
      {!chat.left && <Add chat={chat} />}
      {out && <TakeOut room={chat.room} pin={out} close={() => setOut(null)} />}
    </section>
  );
}

/** Somebody whom the network does not let in does not have this phone as a contact. */
class NotTheirContact extends Error {}

function Add({ chat }: { chat: Chat }) {
  const { contacts } = usePhone();
  const names = useNames();
  const [asking, setAsking] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const inside = [...chat.members, ...chat.invited];
  const pins = useContactPins().filter((pin) => !inside.includes(pin));
  const { busy, fault, run, clear } = useWork((thrown) =>
    thrown instanceof NotTheirContact ? thrown.message : faultWords(thrown),
  );
  const close = (): void => {
    setAsking(false);
    setChosen([]);
    clear();
  };
  const add = async (): Promise<void> => {
    for (const pin of chosen) {
      await contacts.invite(chat.room, pin).catch((thrown: unknown) => {
        if (kindOf(thrown) !== 'refused') throw thrown;
        throw new NotTheirContact(say('group.refused.who', { name: names.of(pin) }));
      });
      // Who was asked stays asked, also where the next one is refused.
      setChosen((before) => before.filter((each) => each !== pin));
    }
    close();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    run(add);
  };
  return (
    <>
      <Button icon="add" onClick={() => setAsking(true)}>
        {say('group.add')}
      </Button>
      {asking && (
        <Sheet title={say('group.add')} close={close}>
          <form className={styles.form} onSubmit={submit}>
            <Lead>{say(pins.length ? 'group.add.lead' : 'group.add.nobody')}</Lead>
            {pins.length > 0 && (
              <ChooseContacts legend={say('group.add.who')} pins={pins} chosen={chosen} choose={setChosen} />
            )}
            <Fault>{fault}</Fault>
            {pins.length > 0 && (
              <Button type="submit" tone="primary" disabled={busy || !chosen.length}>
                {say('group.add.go')}
              </Button>
            )}
            <Button onClick={close}>{say('cancel')}</Button>
          </form>
        </Sheet>
      )}
    </>
  );
}

function TakeOut({ room, pin, close }: { room: string; pin: string; close: () => void }) {
  const { contacts } = usePhone();
  const names = useNames();
  const { busy, fault, run } = useWork();
  const takeOut = async (): Promise<void> => {
    await contacts.takeOut(room, pin);
    close();
  };
  return (
    <Sheet title={say('group.take-out.who', { name: names.of(pin) })} close={close}>
      <Lead>{say('group.take-out.lead')}</Lead>
      <Fault>{fault}</Fault>
      <Button tone="danger" disabled={busy} onClick={() => run(takeOut)}>
        {say('group.take-out')}
      </Button>
      <Button onClick={close}>{say('cancel')}</Button>
    </Sheet>
  );
}
