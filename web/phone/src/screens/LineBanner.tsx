/** What has to be known about line and licence, above everything else, and nothing while all is well. */
import { useState } from 'react';

import { useCell, usePhone } from '~/app/hooks';
import { Banner, Button, IconButton, Sheet } from '~/parts';
import { say, sayCount } from '~/words';

import { endedWords, isStopped, Renewal } from './Renewal';

export function LineBanner() {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Standing renew={() => setAsking(true)} />
      {asking && (
        <Sheet title={say('account.licence')} close={() => setAsking(false)}>
          <RenewHere done={() => setAsking(false)} />
        </Sheet>
      )}
    </>
  );
}

function Standing({ renew }: { renew: () => void }) {
  const phone = usePhone();
  const line = useCell(phone.line);
  const licence = useCell(phone.licence);
  const [shown, setShown] = useState(true);
  const button = <Button onClick={renew}>{say('account.renew')}</Button>;
  if (line === 'logged-out') return <Banner warning>{say('line.logged-out')}</Banner>;
  if (licence && isStopped(licence)) return <Banner warning>{endedWords(licence)}</Banner>;
  if (line === 'expired' || licence?.state === 'expired') {
    return (
      <Banner warning actions={button}>
        {licence?.state === 'expired' ? endedWords(licence) : say('fault.expired')}
      </Banner>
    );
  }
  if (line === 'waiting') return <Banner>{say('line.waiting')}</Banner>;
  if (!licence?.notice || !shown) return null;
  const later = <IconButton icon="close" label={say('close')} onClick={() => setShown(false)} />;
  return (
    <Banner actions={[<span key="renew">{button}</span>, <span key="later">{later}</span>]}>
      {sayCount('line.ends', licence.notice)}
    </Banner>
  );
}

/** It stays with its answer until somebody has read it, though the banner behind it is gone by then. */
function RenewHere({ done }: { done: () => void }) {
  const phone = usePhone();
  return (
    <>
      <Renewal renew={(code) => phone.renew(code)} />
      <Button onClick={done}>{say('close')}</Button>
    </>
  );
}
