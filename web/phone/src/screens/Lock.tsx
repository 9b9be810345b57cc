/** The lock screen: nothing but a code. */
import { type FormEvent, useEffect, useRef, useState } from 'react';

import { faultWords, useSession, useWork } from '~/app/hooks';
import { kindOf, LineError } from '~/line/errors';
import { Button, Field, Mark } from '~/parts';
import { say, sayCount } from '~/words';

import styles from './screens.module.css';

/** What went wrong with an unlock code, with the tries that are left. */
export function lockWords(fault: unknown): string {
  const kind = kindOf(fault);
  if (kind === 'wrong-code' && fault instanceof LineError && fault.left !== null)
    return sayCount('lock.left', fault.left);
  return kind === 'no-line' ? say('lock.no-line') : faultWords(fault);
}

export function Lock() {
  const session = useSession();
  const [code, setCode] = useState('');
  const { busy, fault, run } = useWork(lockWords);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), [busy]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setCode('');
    run(() => session.unlock(code));
  };
  return (
    <main className={styles.lock}>
      <Mark size={72} />
      <h1 className="unseen">{say('lock.title')}</h1>
      <form ref={form} className={styles.form} onSubmit={submit}>
        <Field
          label={say('lock.label')}
          type="password"
          autoComplete="current-password"
          value={code}
          disabled={busy}
          onChange={(event) => setCode(event.target.value)}
          fault={fault}
        />
        <Button type="submit" tone="primary" disabled={busy || !code}>
          {say(busy ? 'lock.busy' : 'lock.go')}
        </Button>
      </form>
    </main>
  );
}
