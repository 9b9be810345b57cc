import type { Declaration, Privilege, PrivilegeDecision, PrivilegeSubject } from '~/api/types';

import { quote } from './query';

export type Standing = 'waiting' | 'withheld' | 'given';

/** Something that the filter team decides on, or has decided on: a declaration, or a decision with what it is about. */
export interface Entry {
  key: string;
  /** Number of the declaration that it is about; null for what was suspected. */
  declaration: Declaration | null;
  /** Null for a declaration. */
  decision: PrivilegeDecision | null;
  standing: Standing;
  account: string;
  start: string | null;
  end: string | null;
  conversation: string;
  record: number | null;
  why: string;
  by: string;
  at: string;
}

const STANDING = { received: 'waiting', verified: 'withheld', rejected: 'given' } as const;
const STATE = { suspected: 'waiting', confirmed: 'withheld', rejected: 'given' } as const;

function declared(declaration: Declaration): Entry {
  const { number, state, account, start, end, why, decided_by, decided } = declaration;
  return {
    key: `d${number}`,
    declaration,
    decision: null,
    standing: STANDING[state],
    account,
    start,
    end,
    conversation: '',
    record: null,
    why,
    by: decided_by,
    at: decided,
  };
}

function decided(decision: PrivilegeDecision, key: string): Entry {
  const { state, account, start, end, conversation, record, why, decided_by, decided: at } = decision;
  return {
    key,
    declaration: null,
    decision,
    standing: STATE[state],
    account,
    start,
    end,
    conversation,
    record,
    why,
    by: decided_by,
    at,
  };
}

/** By what a thing is known whatever was decided on it: a list keeps its place while one decides. */
const subjectKey = ({ subject, account, start, end, conversation, event, sender, time }: PrivilegeDecision): string =>
  ['s', subject, account, start, end, conversation, event, sender, time].join('\u001f');

/** Everything that stands, what waits longest first: declarations, and what was suspected without one. */
export function standing(privilege: Privilege, decisions: readonly PrivilegeDecision[]): Entry[] {
  const found = [
    ...privilege.declarations.map(declared),
    ...decisions.filter(({ declaration }) => declaration === null).map((each) => decided(each, subjectKey(each))),
  ];
  return found.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** All decisions ever, the latest first. */
export const past = (decisions: readonly PrivilegeDecision[]): Entry[] =>
  decisions.map((each) => decided(each, `h${each.number}`)).reverse();

/** What is decided on, as the server is told. */
export function subjectOf(entry: Entry, why: string): PrivilegeSubject {
  const { decision } = entry;
  const message = decision?.subject === 'message';
  const nothing = { account: '', start: null, end: null, conversation: '', record: null };
  if (message) return { ...nothing, record: entry.record, why };
  if (decision?.subject === 'conversation') return { ...nothing, conversation: entry.conversation, why };
  return { ...nothing, account: entry.account, start: entry.start, end: entry.end, why };
}

const second = (iso: string): string => iso.replace(/\.\d+/u, '');

/** What finds the messages that an entry withholds, where it is an account. */
export function queryOf({ account, start, end }: Entry): string {
  const bounds = [start && `after:${second(start)}`, end && `before:${second(end)}`].filter(Boolean);
  return [`(from:${quote(account)} OR to:${quote(account)})`, ...bounds].join(' ');
}
