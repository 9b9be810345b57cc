import type { Party } from '~/api/types';

import style from './PartyName.module.css';

/** How many calm tints there are to tell senders apart in a conversation. */
const TINTS = 6;

function tintOf(account: string): number {
  let sum = 7;
  for (const character of account) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 100_003;
  return sum % TINTS;
}

/** The first letter or digit of a name, whatever its script. */
const initial = (party: Party): string => /[\p{L}\p{N}]/u.exec(party.name || party.account)?.[0]?.toUpperCase() ?? '·';

/** A square with the initial: an aid to the eye, never the only sign of who speaks. */
export function Monogram({ party }: { party: Party }) {
  return (
    <span className={style.monogram} data-tint={tintOf(party.account)} aria-hidden>
      {initial(party)}
    </span>
  );
}

/** The name that an account gave itself, and the account itself, since names may be shared and change. */
export function PartyName({ party, account = false }: { party: Party; account?: boolean }) {
  const named = party.name !== '' && party.name !== party.account;
  return (
    <span className={style.party} title={party.account}>
      <bdi className={named ? style.name : style.bare}>{named ? party.name : party.account}</bdi>
      {named && account && <bdi className={style.account}>{party.account}</bdi>}
    </span>
  );
}
