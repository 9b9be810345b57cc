/** Add a contact, make a group. */
import { type FormEvent, useCallback, useState } from 'react';

import { faultWords, useNav, usePhone, useWork } from '~/app/hooks';
import { parsePin } from '~/contacts/pin';
import { kindOf } from '~/line/errors';
import { Button, Fault, Field, Lead, Screen } from '~/parts';
import { Scanner } from '~/parts/Scanner';
import { say } from '~/words';

import { ChooseContacts, useContactPins } from './ChooseContacts';
import { useNames } from './names';
import styles from './screens.module.css';

export function AddContact() {
  const nav = useNav();
  const { contacts, me } = usePhone();
  const [typed, setTyped] = useState({ pin: '', nickname: '' });
  const [wrong, setWrong] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  const [scanning, setScanning] = useState(false);
  const { busy, fault, run } = useWork();
  const found = useCallback((text: string) => {
    setTyped((before) => ({ ...before, pin: text }));
    setScanning(false);
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const pin = parsePin(typed.pin);
    setWrong(pin === null ? say('contact.pin.bad') : pin === me ? say('contact.pin.own') : null);
    if (pin === null || pin === me) return;
    run(async () => {
      await contacts.ask(pin, typed.nickname);
      setAsked(true);
    });
  };
  if (asked) {
    return (
      <Screen title={say('contact.add.title')} back={() => nav.back()}>
        <p role="status">{say('contact.add.asked')}</p>
        <Button tone="primary" onClick={() => nav.back()}>
          {say('done')}
        </Button>
      </Screen>
    );
  }
  return (
    <Screen title={say('contact.add.title')} back={() => nav.back()}>
      <Lead>{say('contact.add.lead')}</Lead>
      <form className={styles.form} onSubmit={submit} noValidate>
        <Field
          label={say('contact.pin')}
          code
          maxLength={12}
          value={typed.pin}
          onChange={(event) => setTyped({ ...typed, pin: event.target.value })}
          fault={wrong}
        />
        <Field
          label={say('contact.nickname')}
          maxLength={60}
          dir="auto"
          value={typed.nickname}
          onChange={(event) => setTyped({ ...typed, nickname: event.target.value })}
        />
        <Fault>{fault}</Fault>
        <Button type="submit" tone="primary" disabled={busy}>
          {say('contact.ask')}
        </Button>
        <Button icon="scan" onClick={() => setScanning(true)}>
          {say('contact.scan')}
        </Button>
      </form>
      {scanning && <Scanner found={found} close={() => setScanning(false)} />}
    </Screen>
  );
}

const groupWords = (fault: unknown): string => (kindOf(fault) === 'refused' ? say('group.refused') : faultWords(fault));

export function NewGroup() {
  const nav = useNav();
  const phone = usePhone();
  const names = useNames();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [wrong, setWrong] = useState<string | null>(null);
  const { busy, fault, run } = useWork(groupWords);
  const pins = useContactPins();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWrong(chosen.length ? null : say('group.none'));
    if (!chosen.length) return;
    run(async () => {
      const room = await phone.openGroup(name.trim() || chosen.map(names.of).join(', ').slice(0, 60), chosen);
      nav.show({ at: 'chat', room });
    });
  };
  return (
    <Screen title={say('group.title')} back={() => nav.back()}>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label={say('group.name')}
          maxLength={60}
          dir="auto"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <ChooseContacts legend={say('group.who')} pins={pins} chosen={chosen} choose={setChosen} />
        <Fault>{wrong ?? fault}</Fault>
        <Button type="submit" tone="primary" disabled={busy}>
          {say('group.make')}
        </Button>
      </form>
    </Screen>
  );
}
