/** Messages that destroy themselves: the phone removes each when its time has come, and at once what came due while locked. */
import type { Vault } from '~/vault/vault';

import type { Book } from './book';
import { glanceOf } from './content';
import type { Message, Placed } from './model';

const TABLE = 'due';
const ALL = 'all';

/** Longest wait of a browser's timer, in milliseconds. */
const LONGEST_WAIT = 2 ** 31 - 1;

interface Due {
  room: string;
  id: string;
  at: number;
}

/** When a message goes: after it was seen, at the latest at its end; null for one that stays. */
export function dueOf(message: Pick<Message, 'timer' | 'until' | 'seen'>): number | null {
  const after = message.seen === undefined || !message.timer ? Infinity : message.seen + message.timer * 1000;
  const due = Math.min(after, message.until ?? Infinity);
  return Number.isFinite(due) ? due : null;
}

export class Timers {
  #due = new Map<string, Due>();
  #alarm: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly vault: Vault,
    private readonly book: Book,
    private readonly now: () => number = Date.now,
  ) {}

  /** Remove what has come due, and wait for the rest. */
  async load(): Promise<void> {
    for (const due of (await this.vault.get<Due[]>(TABLE, ALL)) ?? []) this.#due.set(due.id, due);
    await this.#round();
  }

  stop(): void {
    clearTimeout(this.#alarm);
  }

  /** Watch over messages that were kept or seen. */
  async set(room: string, messages: readonly Message[]): Promise<void> {
    const timed = messages.filter((message) => dueOf(message) !== null);
    if (!timed.length) return;
    for (const message of timed) this.#due.set(message.id, { room, id: message.id, at: dueOf(message) as number });
    await this.#keep();
    await this.#round();
  }

  /** The reader has these on the screen. */
  async seen(room: string, messages: readonly Placed[]): Promise<void> {
    const at = this.now();
    const fresh = messages
      .filter((each) => each.timer && each.seen === undefined)
      .map((each) => ({ ...each, seen: at }));
    const chat = this.book.get(room);
    if (!fresh.length || !chat) return;
    await this.book.save(
      chat,
      fresh.flatMap((each) => this.book.history.writesOf(room, each)),
      { put: fresh },
    );
    await this.set(room, fresh);
  }

  /** Remove a reaction that was taken back. */
  async removeReaction(id: string): Promise<void> {
    const found = await this.book.history.findAt(id);
    const chat = found && this.book.get(found.room);
    if (!chat) return;
    const { history } = this.book;
    const message = { ...found.message, reactions: (found.message.reactions ?? []).filter((each) => each.id !== id) };
    await this.book.save(chat, history.writesOfReactionRemoval(chat.room, message, id), { put: [message] });
  }

  /** Remove a message from this phone, with the file that it names. */
  async remove(id: string): Promise<void> {
    const found = await this.book.history.find(id);
    if (this.#due.delete(id)) await this.#keep();
    if (!found) return;
    const { room, message } = found;
    const writes = this.book.history.writesOfRemoval(room, message);
    const last = (await this.book.history.before(room, message.place)).at(-1);
    const chat = this.book.get(room);
    if (!chat) return;
    const glance = chat.glance?.id !== id ? chat.glance : last ? glanceOf(last, this.book.me) : null;
    await this.book.save({ ...chat, glance }, writes, { gone: [message.place] });
  }

  async #round(): Promise<void> {
    clearTimeout(this.#alarm);
    for (const due of [...this.#due.values()].filter(({ at }) => at <= this.now())) await this.remove(due.id);
    const next = Math.min(...[...this.#due.values()].map(({ at }) => at));
    if (!Number.isFinite(next)) return;
    this.#alarm = setTimeout(() => void this.#round(), Math.min(Math.max(0, next - this.now()), LONGEST_WAIT));
  }

  #keep(): Promise<void> {
    return this.vault.put(TABLE, ALL, [...this.#due.values()]);
  }
}
