/** Signs at a message: those that are there, each with its count, and those to choose from. */
import { useState } from 'react';

import { useCell, usePhone } from '~/app/hooks';
import { Button } from '~/parts';
import { type Chat, gathered, type Placed } from '~/talk/model';
import { language, say } from '~/words';
import { emojiName, MORE, QUICK } from '~/words/emoji';

import { useNames } from '../names';
import { usePending } from './Bubble';
import styles from './chat.module.css';

interface Props {
  chat: Chat;
  message: Placed;
}

/** Under a bubble: pressing a sign adds one's own, pressing again takes it back. */
export function Reactions({ chat, message }: Props) {
  const phone = usePhone();
  const names = useNames();
  const spoken = useCell(language);
  const pending = usePending(chat.room).flatMap(({ draft, hold }) =>
    draft.kind === 'reaction' && draft.target === message.id ? [{ from: phone.me, sign: draft.sign, hold }] : [],
  );
  const signs = gathered([...(message.reactions ?? []), ...pending]);
  if (!signs.size) return null;
  return (
    <ul className={styles.reactions} aria-label={say('chat.reactions')}>
      {[...signs].map(([sign, pins]) => {
        const waits = pending.find((each) => each.sign === sign);
        const who = [...pins].map(names.of).join(', ');
        const state = waits && say(waits.hold === 'refused' ? 'mark.failed' : 'mark.queued');
        return (
          <li key={sign}>
            <button
              type="button"
              aria-pressed={pins.has(phone.me)}
              aria-label={[`${emojiName(sign, sign, spoken)}, ${pins.size}: ${who}`, state].filter(Boolean).join(', ')}
              title={who}
              data-waits={waits ? true : undefined}
              disabled={chat.left}
              onClick={() => void phone.react(chat, message, sign).catch(() => undefined)}
            >
              <span aria-hidden="true">{sign}</span>
              <span aria-hidden="true">{pins.size}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** A row of the usual signs, and behind a button all that have a name here. */
export function ChooseSign({ choose }: { choose: (sign: string) => void }) {
  const spoken = useCell(language);
  const [all, setAll] = useState(false);
  return (
    <>
      <div className={styles.signs} role="group" aria-label={say('chat.react')}>
        {[...new Set([...QUICK.keys(), ...(all ? MORE.keys() : [])])].map((sign) => (
          <button
            key={sign}
            type="button"
            aria-label={emojiName(sign, sign, spoken)}
            title={emojiName(sign, sign, spoken)}
            onClick={() => choose(sign)}
          >
            {sign}
          </button>
        ))}
      </div>
      {!all && (
        <Button tone="quiet" onClick={() => setAll(true)}>
          {say('chat.react.more')}
        </Button>
      )}
    </>
  );
}
