/** Three screens that make a fresh phone one's own: activation code, unlock code, PIN. */
import { type FormEvent, useCallback, useState } from 'react';

import { useSession, useWork } from '~/app/hooks';
import type { Activated, Licence } from '~/line/network';
import { kindOf } from '~/line/errors';
import { Button, Fault, Field, Lead, Mark, Qr, Screen } from '~/parts';
import { Scanner } from '~/parts/Scanner';
import { SHORTEST, strengthOf } from '~/vault/strength';
import { say, type Word } from '~/words';

import { endedWords, isStopped, Renewal } from './Renewal';
import styles from './screens.module.css';

export function Enrol({ emptied }: { emptied: boolean }) {
  const [activated, setActivated] = useState<Activated | null>(null);
  if (!activated) return <CodeStep emptied={emptied} done={setActivated} />;
  const renewed = (licence: Licence): void => setActivated({ ...activated, licence });
  return activated.licence.state === 'active' ? (
    <UnlockStep who={activated} ended={() => renewed({ ...activated.licence, state: 'expired' })} />
  ) : (
    <EndedStep who={activated} renewed={renewed} />
  );
}

/** The licence of this PIN has ended before its phone was set up: it goes on from here. */
function EndedStep({ who, renewed }: { who: Activated; renewed: (licence: Licence) => void }) {
  const session = useSession();
  const renew = async (code: string): Promise<Licence> => {
    const licence = await session.renew(who, code);
    renewed(licence);
    return licence;
  };
  return (
    <Screen title={say('enrol.code.title')}>
      <Step step={1} />
      <Fault>{endedWords(who.licence)}</Fault>
      {!isStopped(who.licence) && <Renewal renew={renew} />}
    </Screen>
  );
}

const Step = ({ step }: { step: number }) => <p className={styles.step}>{say('enrol.steps', { step })}</p>;

function CodeStep({ emptied, done }: { emptied: boolean; done: (who: Activated) => void }) {
  const session = useSession();
  const [code, setCode] = useState('');
  const [scanning, setScanning] = useState(false);
  const { busy, fault, run } = useWork();
  const found = useCallback((text: string) => {
    setCode(text);
    setScanning(false);
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    run(async () => done(await session.activate(code)));
  };
  return (
    <Screen title={say('enrol.code.title')}>
      <div className={styles.mark}>
        <Mark />
      </div>
      <Step step={1} />
      {emptied ? <Lead>{say('lock.gone')}</Lead> : <Lead>{say('enrol.code.lead')}</Lead>}
      <form className={styles.form} onSubmit={submit}>
        <Field
          label={say('enrol.code.label')}
          code
          required
          maxLength={200}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          fault={fault}
        />
        <Button type="submit" tone="primary" disabled={busy || !code.trim()}>
          {say('enrol.code.go')}
        </Button>
        <Button icon="scan" onClick={() => setScanning(true)}>
          {say('enrol.code.scan')}
        </Button>
      </form>
      {scanning && <Scanner found={found} close={() => setScanning(false)} />}
    </Screen>
  );
}

/** @param ended the licence has ended while somebody chose a code. */
function UnlockStep({ who, ended }: { who: Activated; ended: () => void }) {
  const session = useSession();
  const [codes, setCodes] = useState({ unlock: '', again: '', duress: '' });
  const [forced, setForced] = useState(false);
  const [wrong, setWrong] = useState<{ field: keyof typeof codes; word: Word } | null>(null);
  const { busy, fault, run } = useWork();
  const field = (name: keyof typeof codes, label: Word, hint?: string) => (
    <Field
      label={say(label)}
      type="password"
      autoComplete="new-password"
      value={codes[name]}
      onChange={(event) => setCodes({ ...codes, [name]: event.target.value })}
      fault={wrong?.field === name ? say(wrong.word) : null}
      hint={hint}
    />
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = faultIn(codes, forced);
    setWrong(found);
    if (found) return;
    run(() =>
      session.enrol(who, codes.unlock, forced ? codes.duress : null).catch((thrown: unknown) => {
        if (kindOf(thrown) !== 'expired') throw thrown;
        ended();
      }),
    );
  };
  return (
    <Screen title={say('enrol.unlock.title')}>
      <Step step={2} />
      <Lead>{say('enrol.unlock.lead')}</Lead>
      <form className={styles.form} onSubmit={submit}>
        {field('unlock', 'enrol.unlock.label', codes.unlock && say(`enrol.strength.${strengthOf(codes.unlock)}`))}
        {field('again', 'enrol.unlock.again')}
        {forced ? (
          <>
            <Lead>{say('enrol.duress.lead')}</Lead>
            {field('duress', 'enrol.duress.label')}
          </>
        ) : (
          <Button tone="quiet" onClick={() => setForced(true)}>
            {say('enrol.duress.offer')}
          </Button>
        )}
        <Fault>{fault}</Fault>
        <Button type="submit" tone="primary" disabled={busy}>
          {say(busy ? 'loading' : 'enrol.unlock.go')}
        </Button>
      </form>
    </Screen>
  );
}

function faultIn(
  { unlock, again, duress }: Record<'unlock' | 'again' | 'duress', string>,
  forced: boolean,
): { field: 'unlock' | 'again' | 'duress'; word: Word } | null {
  if ([...unlock].length < SHORTEST) return { field: 'unlock', word: 'enrol.unlock.short' };
  if (unlock !== again) return { field: 'again', word: 'enrol.unlock.differ' };
  if (!forced) return null;
  if ([...duress].length < SHORTEST) return { field: 'duress', word: 'enrol.unlock.short' };
  return duress === unlock ? { field: 'duress', word: 'enrol.duress.same' } : null;
}

export function PinStep({ pin }: { pin: string }) {
  const session = useSession();
  return (
    <Screen title={say('enrol.pin.title')}>
      <Step step={3} />
      <Lead>{say('enrol.pin.lead')}</Lead>
      <OwnPin pin={pin} />
      <Button tone="primary" onClick={() => session.shown()}>
        {say('enrol.pin.go')}
      </Button>
    </Screen>
  );
}

/** One's PIN as text and as a code that another phone scans. */
export function OwnPin({ pin }: { pin: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className={styles.pin}>
      <Qr text={pin} label={`${say('account.pin')}: ${pin}`} />
      <output className={styles.pinText}>{pin}</output>
      <Button tone="quiet" onClick={() => void navigator.clipboard.writeText(pin).then(() => setCopied(true))}>
        {say(copied ? 'copied' : 'copy')}
      </Button>
    </div>
  );
}
