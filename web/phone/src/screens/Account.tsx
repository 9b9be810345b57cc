/** One's own account: PIN, licence, settings, handing over, and the end of this phone. */
import { useEffect, useState } from 'react';

import { useCell, useNav, usePhone, useSession, useWork } from '~/app/hooks';
import { Button, Fault, Lead, Screen, Sheet } from '~/parts';
import { dayOf, language, LANGUAGES, say, setLanguage } from '~/words';

import { OwnPin } from './Enrol';
import { HandOver } from './HandOver';
import { Renewal } from './Renewal';
import styles from './screens.module.css';

export function Account() {
  const nav = useNav();
  const phone = usePhone();
  useEffect(() => void phone.readLicence(), [phone]);
  return (
    <Screen title={say('account.title')} back={() => nav.back()}>
      <section className={styles.block} aria-label={say('account.licence')}>
        <h2>{say('account.licence')}</h2>
        <Licence />
      </section>
      <section className={styles.block} aria-label={say('account.pin')}>
        <h2>{say('account.pin')}</h2>
        <OwnPin pin={phone.me} />
      </section>
      <Settings />
      <HandOver />
      <Wipe />
    </Screen>
  );
}

function Licence() {
  const phone = usePhone();
  const licence = useCell(phone.licence);
  return (
    <>
      {licence && (
        <p>
          <strong>{say(`account.state.${licence.state}`)}</strong>, {say('account.until', { day: dayOf(licence.ends) })}
        </p>
      )}
      <Renewal renew={(code) => phone.renew(code)} />
    </>
  );
}

function Settings() {
  const phone = usePhone();
  const settings = useCell(phone.settings);
  const shown = useCell(language);
  const choose = (chosen: string): void => {
    setLanguage(chosen);
    void phone.setSettings({ language: chosen });
  };
  return (
    <div className={styles.block}>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={settings.typing}
          onChange={({ target }) => void phone.setSettings({ typing: target.checked })}
        />
        <span>{say('account.typing')}</span>
      </label>
      <label className={styles.choice}>
        <span>{say('account.language')}</span>
        <select value={shown} onChange={({ target }) => choose(target.value)}>
          {Object.entries(LANGUAGES).map(([tag, name]) => (
            <option key={tag} value={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Wipe() {
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const { busy, fault, run } = useWork();
  return (
    <div className={styles.block}>
      <Button tone="danger" icon="bin" onClick={() => setAsking(true)}>
        {say('account.wipe')}
      </Button>
      {asking && (
        <Sheet title={say('account.wipe')} close={() => setAsking(false)}>
          <Lead>{say('account.wipe.lead')}</Lead>
          <Fault>{fault}</Fault>
          <Button tone="danger" disabled={busy} onClick={() => run(() => session.wipe())}>
            {say('account.wipe.sure')}
          </Button>
          <Button onClick={() => setAsking(false)}>{say('cancel')}</Button>
        </Sheet>
      )}
    </div>
  );
}
