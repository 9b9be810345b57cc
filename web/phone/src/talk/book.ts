/** The conversations of the phone, and whoever watches one of them. */
import { Cell } from '~/app/cell';
import type { Write } from '~/vault/vault';

import type { History } from './history';
import { type Chat, emptyChat, type Placed } from './model';

/** What happened to the messages of one conversation; a removal names places. */
export interface Change {
  put?: readonly Placed[];
  gone?: readonly number[];
}

type Watcher = (change: Change) => void;

const newestFirst = (one: Chat, other: Chat): number => (other.glance?.at ?? 0) - (one.glance?.at ?? 0);

export class Book {
  readonly chats = new Cell<readonly Chat[]>([]);
  /** The conversation on the screen, of which nothing is unread. */
  readonly open = new Cell<string | null>(null);
  #watchers = new Map<string, Set<Watcher>>();

  constructor(
    readonly history: History,
    /** The PIN of this phone. */
    readonly me: string,
  ) {}

  async load(): Promise<void> {
    this.chats.set((await this.history.chats()).sort(newestFirst));
  }

  get(room: string): Chat | undefined {
    return this.chats.get().find((chat) => chat.room === room);
  }

  getOrNew(room: string, kind: Chat['kind']): Chat {
    return this.get(room) ?? emptyChat(room, kind);
  }

  directWith(pin: string): Chat | undefined {
    const found = this.chats.get().filter((chat) => chat.kind === 'direct' && !chat.left && involves(chat, pin));
    // Where both phones made one at the same moment, both take the same.
    return found.sort((one, other) => (one.room < other.room ? -1 : 1))[0];
  }

  /** Keep a conversation, and with it the change of its messages: all or nothing. */
  async save(chat: Chat, writes: readonly Write[] = [], change: Change = {}): Promise<void> {
    const before = this.chats.get();
    const others = before.filter((each) => each.room !== chat.room);
    const fresh = others.length === before.length;
    const rooms = [...before.map((each) => each.room), chat.room];
    const list = fresh ? this.history.writesOfList(rooms) : [];
    this.chats.set([...others, chat].sort(newestFirst));
    await this.history.write([...writes, ...this.history.writesOfChat(chat), ...list]);
    this.tell(chat.room, change);
  }

  /** Change a conversation if it is there. */
  async change(room: string, by: (chat: Chat) => Partial<Chat>): Promise<void> {
    const chat = this.get(room);
    if (chat) await this.save({ ...chat, ...by(chat) });
  }

  /** Delete a conversation and its messages, with their files. */
  async forget(room: string): Promise<void> {
    const chat = this.get(room);
    if (!chat) return;
    this.chats.set(this.chats.get().filter((each) => each.room !== room));
    await this.history.write(this.history.writesOfList(this.chats.get().map((each) => each.room)));
    for (let page = await this.history.before(room, chat.next); page.length; ) {
      await this.history.write(page.flatMap((message) => this.history.writesOfRemoval(room, message)));
      page = await this.history.before(room, page[0]?.place ?? 0);
    }
    await this.history.write(this.history.writesOfChatRemoval(room));
  }

  watch(room: string, watcher: Watcher): () => void {
    const all = this.#watchers.get(room) ?? new Set();
    this.#watchers.set(room, all.add(watcher));
    return () => all.delete(watcher);
  }

  tell(room: string, change: Change): void {
    if (!change.put?.length && !change.gone?.length) return;
    for (const watcher of this.#watchers.get(room) ?? []) watcher(change);
  }
}

const involves = (chat: Chat, pin: string): boolean => [...chat.members, ...chat.invited].includes(pin);
