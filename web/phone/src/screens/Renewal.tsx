/** Prolong the licence by a code, wherever it is found to have ended. */
import { type FormEvent, useState } from 'react';

import { useWork } from '~/app/hooks';
import type { Licence } from '~/line/network';
import { Button, Field } from '~/parts';
import { dayOf, say } from '~/words';

import styles from './screens.module.css';

/** By somebody, before its end: no code starts it again. */
export const isStopped = ({ state }: Licence): boolean => state === 'suspended' || state === 'revoked';

/** Why a licence is not good any more. */
export const endedWords = (licence: Licence): string =>
  isStopped(licence) ? say('line.stopped') : say('line.expired', { day: dayOf(licence.ends) });

export function Renewal({ renew }: { renew: (code: string) => Promise<Licence> }) {
  const [code, setCode] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const { busy, fault, run } = useWork();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setUntil(null);
    run(async () => {
      setUntil((await renew(code.trim())).ends);
      setCode('');
    });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label={say('account.renew.label')}
        code
        maxLength={200}
        value={code}
        onChange={(event) => setCode(event.target.value)}
        fault={fault}
      />
      {until && <p role="status">{say('account.renewed', { day: dayOf(until) })}</p>}
      <Button type="submit" disabled={busy || !code.trim()}>
        {say('account.renew')}
      </Button>
    </form>
  );
}
