/** Contacts with a box beside each: for a new group, and for one that grows. */
import { useCell, usePhone } from '~/app/hooks';

import { useNames } from './names';
import styles from './screens.module.css';

/** PINs of those with whom one has a conversation: only who has accepted can be asked into another. */
export function useContactPins(): string[] {
  const chats = useCell(usePhone().book.chats);
  return [...new Set(chats.filter((chat) => chat.kind === 'direct' && !chat.left).flatMap((chat) => chat.members))];
}

interface Props {
  legend: string;
  pins: readonly string[];
  chosen: readonly string[];
  choose: (chosen: readonly string[]) => void;
}

export function ChooseContacts({ legend, pins, chosen, choose }: Props) {
  const names = useNames();
  return (
    <fieldset className={styles.choices}>
      <legend>{legend}</legend>
      {pins.map((pin) => (
        <label key={pin} className={styles.choice}>
          <input
            type="checkbox"
            checked={chosen.includes(pin)}
            onChange={({ target }) => choose(target.checked ? [...chosen, pin] : chosen.filter((each) => each !== pin))}
          />
          <span className={styles.choiceName} dir="auto">
            {names.of(pin)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
