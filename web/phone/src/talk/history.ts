/** Every message that the phone holds, sealed one by one, read by the page. The server forgets them after two days. */
import type { Vault, Write } from '~/vault/vault';

import type { Chat, Message, Placed } from './model';

const MESSAGE = 'message';
const WHERE = 'where';
const CHAT = 'chat';
const LIST = 'chats';

/** Messages fetched at a time. */
export const PAGE = 50;

interface Place {
  room: string;
  place: number;
}

export interface Found {
  room: string;
  message: Placed;
}

/** Every event that a row holds: the message and the reactions to it. */
const idsOf = ({ id, reactions = [] }: Message): string[] => [id, ...reactions.map((each) => each.id)];

const rowId = (room: string, place: number): string => `${room}/${place}`;

export class History {
  constructor(private readonly vault: Vault) {}

  /** All conversations; their messages stay sealed. */
  async chats(): Promise<Chat[]> {
    const rooms = (await this.vault.get<string[]>(LIST, 'all')) ?? [];
    const found = await this.vault.many<Chat>(CHAT, rooms);
    return found.filter((chat) => chat !== undefined);
  }

  writesOfChat = (chat: Chat): Write[] => [{ table: CHAT, id: chat.room, value: chat }];

  writesOfChatRemoval = (room: string): Write[] => [{ table: CHAT, id: room }];

  writesOfList = (rooms: readonly string[]): Write[] => [{ table: LIST, id: 'all', value: rooms }];

  writesOf(room: string, { place, ...message }: Placed): Write[] {
    return [
      { table: MESSAGE, id: rowId(room, place), value: message },
      ...idsOf(message).map((id) => ({ table: WHERE, id, value: { room, place } satisfies Place })),
    ];
  }

  /** A message, with the file that it names and the reactions to it. */
  writesOfRemoval(room: string, message: Placed): Write[] {
    const { place, body } = message;
    return [
      { table: MESSAGE, id: rowId(room, place) },
      ...idsOf(message).map((id) => ({ table: WHERE, id })),
      ...('file' in body ? [{ table: 'media', id: body.file.url }] : []),
    ];
  }

  /** A reaction that was taken back: the message without it. */
  writesOfReactionRemoval(room: string, message: Placed, id: string): Write[] {
    return [...this.writesOf(room, message), { table: WHERE, id }];
  }

  write(writes: readonly Write[]): Promise<void> {
    return this.vault.write(writes);
  }

  async known(ids: readonly string[]): Promise<boolean[]> {
    return (await this.vault.many<Place>(WHERE, ids)).map((place) => place !== undefined);
  }

  /** The message of this event id. */
  async find(id: string): Promise<Found | null> {
    const found = await this.findAt(id);
    return found?.message.id === id ? found : null;
  }

  /** The message at which an event stands: itself, or what it is a reaction to. */
  async findAt(id: string): Promise<Found | null> {
    const found = await this.vault.get<Place>(WHERE, id);
    const message = found && (await this.vault.get<Message>(MESSAGE, rowId(found.room, found.place)));
    return message ? { room: found.room, message: { ...message, place: found.place } } : null;
  }

  /** The messages from one place up to before another, oldest first; those that are gone are left out. */
  async between(room: string, from: number, to: number): Promise<Placed[]> {
    const places = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
    const found = await this.vault.many<Message>(
      MESSAGE,
      places.map((place) => rowId(room, place)),
    );
    return found.flatMap((message, at) => (message ? [{ ...message, place: from + at }] : []));
  }

  /** The newest page before a place, skipping stretches where all messages are gone. */
  async before(room: string, place: number): Promise<Placed[]> {
    for (let to = place; to > 0; to -= PAGE) {
      const page = await this.between(room, Math.max(0, to - PAGE), to);
      if (page.length) return page;
    }
    return [];
  }

  /** The first page from a place on; `next` is where the history ends. */
  async from(room: string, place: number, next: number): Promise<Placed[]> {
    for (let at = place; at < next; at += PAGE) {
      const page = await this.between(room, at, Math.min(next, at + PAGE));
      if (page.length) return page;
    }
    return [];
  }
}
