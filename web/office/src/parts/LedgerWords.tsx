import { useTranslation } from 'react-i18next';

import type { By, LedgerLine } from '@/api/types';
import style from '@/pages/List.module.css';
import type en from '@/words/en.json';

type Known = keyof (typeof en)['acts'];
type Detail = keyof (typeof en)['details'];

/** An act of the ledger in words; one that this page does not know by its own name. */
export function ActName({ act }: { act: string }) {
  const { t } = useTranslation();
  const name = t(`acts.${act as Known}`, { defaultValue: act });
  return <span>{name}</span>;
}

/** Who did it, and as what: a name alone may be an operator's, a reseller's and a PIN. */
export function Who({ by }: { by: By }) {
  const { t } = useTranslation();
  const role = t(`who.${by.role}`);
  if (!by.name) return <span className={style.muted}>{role}</span>;
  return (
    <span>
      <bdi>{by.name}</bdi> <span className={style.muted}>{role}</span>
    </span>
  );
}

/** What else an entry says, by name. */
export function Details({ line, without = [] }: { line: LedgerLine; without?: readonly string[] }) {
  const { t } = useTranslation();
  // What an end was counted from says nothing beside the end.
  const details = Object.entries(line.details).filter(([name]) => name !== 'anchor' && !without.includes(name));
  if (details.length === 0) return null;
  return (
    <span className={style.details}>
      {details.map(([name, value]) => (
        <span key={name}>
          <i>{t(`details.${name as Detail}`, { defaultValue: name })}</i> <bdi>{value}</bdi>
        </span>
      ))}
    </span>
  );
}
