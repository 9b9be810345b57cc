/** What is talked about: messages and conversations as the phone keeps them. */
import type { EncryptedFile } from '~/crypto/file';

export interface Text {
  kind: 'text';
  text: string;
  /** Written by a program, as it says itself. */
  notice?: true;
}

export interface Voice {
  kind: 'voice';
  file: EncryptedFile;
  mimetype: string;
  size: number;
  /** Milliseconds. */
  duration: number;
  /** 0 to 1024 each. */
  waveform: number[];
  /** What stands beside the file in place of a text; not shown. */
  words?: string;
}

export interface Picture {
  kind: 'picture';
  file: EncryptedFile;
  mimetype: string;
  size: number;
  width: number;
  height: number;
  /** What the sender wrote under it; this phone itself sends none. */
  caption?: string;
  /** What stands beside the file in place of a text: the caption, or what nobody needs to see. */
  words?: string;
}

/** What happened to the conversation itself. */
export interface Note {
  kind: 'note';
  what: 'joined' | 'left' | 'removed' | 'named' | 'timer';
  /** Seconds for `timer`, the name for `named`. */
  value: string | number | null;
}

/** Ciphertext whose key has not come (yet). */
export interface Locked {
  kind: 'locked';
}

export type Body = Text | Voice | Picture | Note | Locked;

export interface Quote {
  id: string;
  from: string;
  excerpt: string;
  kind: 'text' | 'voice' | 'picture';
}

export interface Reaction {
  /** Matrix event id: what is taken back. */
  id: string;
  /** PIN. */
  from: string;
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
  sign: string;
}

export interface Message {
  /** Matrix event id. */
  id: string;
  /** PIN of the sender. */
  from: string;
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
  body: Body;
  /** Event id of what it answers, and what that was if it is here. */
  answers?: string;
  reply?: Quote;
  /** In the order of their coming; those of one person with one sign count once. */
  reactions?: readonly Reaction[];
  /** Seconds that it stays after it was seen; absent without a timer. */
  timer?: number;
  /** When it goes at the latest, milliseconds since 1970. */
  until?: number;
  /** When this phone first showed it. */
  seen?: number;
}

/** A message with its place in the history. */
export interface Placed extends Message {
  place: number;
}

/** Reactions that are kept of one message: a flood of them must not make its row grow without end. */
const MOST_REACTIONS = 200;

/** The message with one reaction more; null when that changes nothing. */
export function withReaction(message: Placed, reaction: Reaction): Placed | null {
  const { reactions = [] } = message;
  if (message.body.kind === 'note' || reactions.length >= MOST_REACTIONS) return null;
  return reactions.some(({ id }) => id === reaction.id) ? null : { ...message, reactions: [...reactions, reaction] };
}

/** By sign, in the order of their coming, the PINs of those who have reacted with it. */
export function gathered(reactions: readonly Pick<Reaction, 'from' | 'sign'>[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { sign, from } of reactions) all.set(sign, (all.get(sign) ?? new Set()).add(from));
  return all;
}

export interface Glance {
  from: string;
  at: number;
  kind: Body['kind'];
  excerpt: string;
  mine: boolean;
  /** Event id, to renew the glance when the message goes. */
  id: string;
}

export interface Chat {
  room: string;
  kind: 'direct' | 'group';
  /** PINs of the others who are in it, and of those who are asked in. */
  members: string[];
  invited: string[];
  left: boolean;
  name: string | null;
  /** Seconds; 0 for none. */
  timer: number;
  /** Of the newest `org.underseal.conversation`, to tell which of two holds. */
  settled: [at: number, id: string];
  /** The next place in the history. */
  next: number;
  /** Event id up to which the history is complete. */
  upTo: string | null;
  glance: Glance | null;
  unread: number;
  /** By PIN: the time of the newest message that reached them, and that they read. */
  delivered: Record<string, number>;
  read: Record<string, number>;
}

export const emptyChat = (room: string, kind: Chat['kind']): Chat => ({
  room,
  kind,
  members: [],
  invited: [],
  left: false,
  name: null,
  timer: 0,
  settled: [0, ''],
  next: 0,
  upTo: null,
  glance: null,
  unread: 0,
  delivered: {},
  read: {},
});

export type Mark = 'sent' | 'delivered' | 'read';

/** What became of a message of one's own: of a group, what holds for all. */
export function markOf(chat: Chat, at: number): Mark {
  if (!chat.members.length) return 'sent';
  if (chat.members.every((pin) => (chat.read[pin] ?? 0) >= at)) return 'read';
  const reached = (pin: string): number => Math.max(chat.delivered[pin] ?? 0, chat.read[pin] ?? 0);
  return chat.members.every((pin) => reached(pin) >= at) ? 'delivered' : 'sent';
}

/** Timers that can be chosen, in seconds; 0 is none. */
export const TIMERS = [0, 30, 300, 3600, 86400, 604800] as const;

/** A file in the outbox lies in the vault under this address until it has one of the network's. */
export const fileOf = (txn: string): string => `outbox:${txn}`;
