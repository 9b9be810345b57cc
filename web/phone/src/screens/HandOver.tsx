/** Hand over what this phone holds: its room keys under a passphrase, and its history as events. */
import { type FormEvent, useEffect, useState } from 'react';

import { usePhone, useSession, useWork } from '~/app/hooks';
import { Button, Fault, Field, Icon, Lead, Sheet } from '~/parts';
import type { Given, HandedOver } from '~/talk/handover';
import { SHORTEST, strengthOf } from '~/vault/strength';
import { say, sayCount } from '~/words';

import { lockWords } from './Lock';
import styles from './screens.module.css';

export function HandOver() {
  const [asking, setAsking] = useState(false);
  const close = (): void => setAsking(false);
  return (
    <div className={styles.block}>
      <Button onClick={() => setAsking(true)}>{say('hand-over.title')}</Button>
      {asking && (
        <Sheet title={say('hand-over.title')} close={close}>
          <Asked />
          <Button onClick={close}>{say('close')}</Button>
        </Sheet>
      )}
    </div>
  );
}

function Asked() {
  const session = useSession();
  const phone = usePhone();
  const [typed, setTyped] = useState({ unlock: '', passphrase: '', again: '' });
  const [wrong, setWrong] = useState<{ field: 'passphrase' | 'again'; fault: string } | null>(null);
  const [made, setMade] = useState<HandedOver | null>(null);
  const { busy, fault, run } = useWork(lockWords);
  if (made) return <Made made={made} />;
  const { unlock, passphrase, again } = typed;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = faultIn(passphrase, again);
    setWrong(found);
    if (found) return;
    run(async () => {
      setTyped({ ...typed, unlock: '' });
      await session.confirm(unlock);
      setMade(await phone.handOver(passphrase));
    });
  };
  const field = (name: keyof typeof typed, label: string, hint?: string) => (
    <Field
      label={label}
      type="password"
      autoComplete={name === 'unlock' ? 'current-password' : 'new-password'}
      value={typed[name]}
      disabled={busy}
      onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
      fault={name === 'unlock' ? fault : wrong?.field === name ? wrong.fault : null}
      hint={hint}
    />
  );
  return (
    <form className={styles.form} onSubmit={submit}>
      <Lead>{say('hand-over.lead')}</Lead>
      <Lead>{say('hand-over.open')}</Lead>
      {field('unlock', say('lock.label'))}
      {field(
        'passphrase',
        say('hand-over.passphrase'),
        passphrase ? say(`enrol.strength.${strengthOf(passphrase)}`) : say('hand-over.whose'),
      )}
      {field('again', say('hand-over.again'))}
      <Button type="submit" tone="primary" disabled={busy || !unlock}>
        {say(busy ? 'loading' : 'hand-over.go')}
      </Button>
    </form>
  );
}

function faultIn(passphrase: string, again: string): { field: 'passphrase' | 'again'; fault: string } | null {
  if ([...passphrase].length < SHORTEST) return { field: 'passphrase', fault: say('enrol.unlock.short') };
  return passphrase === again ? null : { field: 'again', fault: say('enrol.unlock.differ') };
}

function Made({ made: { keys, history } }: { made: HandedOver }) {
  return (
    <>
      <Lead>{say('hand-over.made')}</Lead>
      <File given={keys} label={sayCount('hand-over.keys', keys.count)} />
      <File given={history} label={sayCount('hand-over.history', history.count)} />
      {!keys.count && <Fault>{say('hand-over.nothing')}</Fault>}
    </>
  );
}

/** A file to be saved, with the digest that whoever takes it writes down. */
function File({ given, label }: { given: Given; label: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const address = URL.createObjectURL(given.file);
    setUrl(address);
    return () => URL.revokeObjectURL(address);
  }, [given]);
  return (
    <section className={styles.given} aria-label={given.name}>
      <a className={styles.save} href={url} download={given.name}>
        <Icon name="down" size={20} />
        {label}
      </a>
      <p className={styles.fileName}>{given.name}</p>
      <p className={styles.digest}>
        SHA-256 <code>{given.sha256.replaceAll(/(.{8})(?=.)/g, '$1 ')}</code>
      </p>
    </section>
  );
}
