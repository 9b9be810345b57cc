import { useTranslation } from 'react-i18next';

import { IsoTime } from '~/parts/Moment';

import type { By, LedgerLine } from '@/api/types';
import style from '@/pages/List.module.css';
import type en from '@/words/en.json';

type Known = keyof (typeof en)['acts'];
type Detail = keyof (typeof en)['details'];

/** Details whose values are words of ours. */
const WORDED = ['reason', 'origin', 'door'] as const;
type Worded = (typeof WORDED)[number];

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

const isWorded = (name: string): name is Worded => WORDED.some((each) => each === name);

/** What else an entry says, by name. */
export function Details({ line, without = [] }: { line: LedgerLine; without?: readonly string[] }) {
  const { t } = useTranslation();
  // What an end was counted from says nothing beside the end.
  const details = Object.entries(line.details).filter(
    ([name, value]) => name !== 'anchor' && value !== '' && !without.includes(name),
  );
  if (details.length === 0) return null;
  return (
    <span className={style.details}>
      {details.map(([name, value]) => (
        <span key={name} data-words={isWorded(name) || undefined}>
          <i>{t(`details.${name as Detail}`, { defaultValue: name })}</i>{' '}
          <bdi>
            {isWorded(name) ? t(`logins.${name}.${value}` as 'logins.origin.machine', { defaultValue: value }) : value}
          </bdi>
        </span>
      ))}
    </span>
  );
}

/** One entry of the ledger in a list. */
export function LedgerRow({ line }: { line: LedgerLine }) {
  return (
    <article className={`${style.row} ${style.line}`}>
      <span className={`${style.pin} ${style.muted}`}>{line.number}</span>
      {line.at ? <IsoTime iso={line.at} /> : <span />}
      <span className={style.name}>
        <Who by={line.by} />
      </span>
      <span className={style.name}>
        <strong>
          <ActName act={line.act} />
        </strong>
        <Details line={line} />
      </span>
    </article>
  );
}
