/** Compare keys with a contact: by emoji, or by a code that one phone shows and the other scans. */
import { useCallback, useEffect, useState } from 'react';

import { useCell, useNav, usePhone, useWork } from '~/app/hooks';
import { checkCode, compare, type Outcome, type Side } from '~/crypto/code';
import type { Comparison } from '~/crypto/emoji';
import { Button, Fault, Lead, Qr, Screen, Sheet } from '~/parts';
import { Scanner } from '~/parts/Scanner';
import { language, say } from '~/words';
import { emojiName } from '~/words/emoji';

import { useNames } from './names';
import styles from './screens.module.css';

export function Check({ pin }: { pin: string }) {
  const nav = useNav();
  const phone = usePhone();
  const names = useNames();
  const sides = useSides(pin);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [scanning, setScanning] = useState(false);
  const { busy, fault, run } = useWork();
  const found = useCallback(
    (text: string) => {
      setScanning(false);
      if (!sides) return;
      const result = compare(text, sides.mine, sides.theirs);
      setOutcome(result);
      if (result === 'same') void phone.trust.accept(pin, true).then(() => phone.outbox.pump());
    },
    [sides, phone, pin],
  );
  const device = sides && sides.devices[0];
  return (
    <Screen title={say('check.title')} back={() => nav.back()}>
      <Lead>{say('check.lead')}</Lead>
      {sides && !device && <Fault>{say('check.no-device', { name: names.of(pin) })}</Fault>}
      {outcome && (
        <p role="status" data-outcome={outcome} className={styles.outcome}>
          {say(`check.${outcome}`)}
        </p>
      )}
      <Fault>{fault}</Fault>
      <Button
        tone="primary"
        disabled={busy || !device}
        onClick={() => run(() => phone.emoji.ask(pin, device as string))}
      >
        {say('check.emoji')}
      </Button>
      <Button icon="scan" disabled={!device} onClick={() => setScanning(true)}>
        {say('check.scan')}
      </Button>
      {sides && device && (
        <section className={styles.block} aria-label={say('check.show')}>
          <h2>{say('check.show')}</h2>
          <Lead>{say('check.code')}</Lead>
          <Qr text={checkCode(sides.mine, sides.theirs)} label={say('check.show')} />
        </section>
      )}
      {scanning && <Scanner found={found} close={() => setScanning(false)} />}
    </Screen>
  );
}

/** Both sides as this phone sees them now: what is compared are the devices as they are, not as they were pinned. */
function useSides(pin: string): { mine: Side; theirs: Side; devices: string[] } | null {
  const { trust, me } = usePhone();
  const changed = useCell(trust.changed);
  const [sides, setSides] = useState<ReturnType<typeof useSides>>(null);
  useEffect(() => {
    let here = true;
    void Promise.all([trust.own(), trust.devices(pin)]).then(([own, devices]) => {
      const theirs = { pin, fingerprints: Object.values(devices) };
      if (here) setSides({ mine: { pin: me, fingerprints: [own] }, theirs, devices: Object.keys(devices) });
    });
    return () => void (here = false);
  }, [trust, me, pin, changed]);
  return sides;
}

/** The comparison of emoji that is under way, over whatever is on the screen. */
export function EmojiSheet() {
  const { emoji } = usePhone();
  const now = useCell(emoji.now);
  if (!now) return null;
  return (
    <Sheet title={say('check.emoji')} close={() => void emoji.close()}>
      <EmojiStep now={now} />
    </Sheet>
  );
}

function EmojiStep({ now }: { now: Comparison }) {
  const { emoji } = usePhone();
  const names = useNames();
  const spoken = useCell(language);
  const close = <Button onClick={() => void emoji.close()}>{say('close')}</Button>;
  switch (now.phase) {
    case 'asked':
      return (
        <>
          <Lead>{say('check.asks', { name: names.of(now.pin) })}</Lead>
          <Button tone="primary" onClick={() => void emoji.accept()}>
            {say('check.emoji')}
          </Button>
          {close}
        </>
      );
    case 'emoji':
      return (
        <>
          <ol className={styles.emoji}>
            {now.emoji.map(([sign, name], at) => (
              <li key={at}>
                <span aria-hidden="true">{sign}</span>
                <span>{emojiName(sign, name, spoken)}</span>
              </li>
            ))}
          </ol>
          <Lead>{say('check.same-question')}</Lead>
          <Button tone="primary" onClick={() => void emoji.say(true)}>
            {say('check.yes')}
          </Button>
          <Button tone="danger" onClick={() => void emoji.say(false)}>
            {say('check.no')}
          </Button>
        </>
      );
    case 'same':
    case 'different':
    case 'cancelled':
      return (
        <>
          <p role="status" data-outcome={now.phase} className={styles.outcome}>
            {say(`check.${now.phase}`)}
          </p>
          {close}
        </>
      );
    default:
      return (
        <>
          <Lead>{say('check.waiting')}</Lead>
          <Button onClick={() => void emoji.close()}>{say('cancel')}</Button>
        </>
      );
  }
}
