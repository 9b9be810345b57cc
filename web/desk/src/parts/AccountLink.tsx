import { Link } from '@tanstack/react-router';

import type { Party } from '~/api/types';

import style from './AccountLink.module.css';
import { PartyName } from './PartyName';

/** The name of an account, which leads to all that the evidence shows of it. */
export function AccountLink({ party, account = false }: { party: Party; account?: boolean }) {
  return (
    <Link to="/accounts/$account" params={{ account: party.account }} className={style.link}>
      <PartyName party={party} account={account} />
    </Link>
  );
}

/** The same for places where hundreds stand: a plain element, which listens to nothing by itself. See `useAccountLinks`. */
export function PlainAccountLink({ party, account = false }: { party: Party; account?: boolean }) {
  return (
    <a href={`/accounts/${encodeURIComponent(party.account)}`} data-account={party.account} className={style.link}>
      <PartyName party={party} account={account} />
    </a>
  );
}
