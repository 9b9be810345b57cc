/**
 * What was said and has not come back from the network: sealed, in order, tried again when the line returns.
 *
 * The event is encrypted when it is sent, so that its key goes to whoever is in the conversation then. The transaction id is kept,
 * so that the server takes a message once, however often it is tried.
 */
import { type MatrixClient, MatrixEvent, Method } from 'matrix-js-sdk';

import { Cell } from '~/app/cell';
import { encryptFile, type EncryptedFile } from '~/crypto/file';
import type { Trust } from '~/crypto/trust';
import type { Crypto } from '~/line/client';
import { kindOf } from '~/line/errors';
import { type Bytes, random, toBase64Url } from '~/vault/bytes';
import type { Vault, Write } from '~/vault/vault';

import type { Book } from './book';
import { contentOf, CONVERSATION, type Conversation, MESSAGE, REACTION, reactionContent, withTimer } from './content';
import { type Chat, fileOf, type Picture, type Quote, type Text, type Voice } from './model';

const TABLE = 'outbox';
const ALL = 'all';
const MEDIA = 'media';
const OUTER_TIMER = 'org.matrix.self_destruct_after';

/** Before the next try when nothing tells that the line is back, in milliseconds. */
const TRY_AGAIN_MS = 5000;

type Unsent<T> = Omit<T, 'file'> & { file: EncryptedFile | null };

export type Draft = Text | Unsent<Voice> | Unsent<Picture>;

/** A sign at a message. */
export interface ReactionDraft {
  kind: 'reaction';
  target: string;
  sign: string;
}

/** Why something is not under way: the line, the other side, or a refusal that trying again may not mend. */
export type Hold = 'line' | 'joining' | 'keys' | 'refused';

export interface Item {
  txn: string;
  room: string;
  at: number;
  draft: Draft | ReactionDraft | ({ kind: 'conversation' } & Conversation);
  reply?: Quote;
  timer: number;
  hold: Hold | null;
  /** Event id once the server has taken it. */
  sent: string | null;
}

export class Outbox {
  readonly items = new Cell<readonly Item[]>([]);
  #busy = false;
  #asked = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    private readonly client: MatrixClient,
    private readonly crypto: Crypto,
    private readonly vault: Vault,
    private readonly book: Book,
    private readonly trust: Trust,
    private readonly isUp: () => boolean,
  ) {}

  async load(): Promise<void> {
    this.items.set((await this.vault.get<Item[]>(TABLE, ALL)) ?? []);
    window.addEventListener('online', this.#online);
  }

  readonly #online = (): void => void this.pump();

  stop(): void {
    this.#stopped = true;
    window.removeEventListener('online', this.#online);
    clearTimeout(this.#again);
  }

  /** Queue something; a file goes into the vault first. */
  async add(chat: Chat, draft: Item['draft'], file?: Bytes, reply?: Quote): Promise<void> {
    const txn = toBase64Url(random(12));
    const timer = draft.kind === 'conversation' ? 0 : chat.timer;
    const item: Item = {
      txn,
      room: chat.room,
      at: Date.now(),
      draft,
      timer,
      hold: null,
      sent: null,
      ...(reply && { reply }),
    };
    await this.#keep([...this.items.get(), item], file ? [{ table: MEDIA, id: fileOf(txn), value: file }] : []);
    void this.pump();
  }

  /** Take something back that was not sent. */
  async drop(txn: string): Promise<void> {
    await this.#keep(
      this.items.get().filter((item) => item.txn !== txn),
      [{ table: MEDIA, id: fileOf(txn) }],
    );
  }

  async again(txn: string): Promise<void> {
    await this.#change(txn, { hold: null });
    await this.pump();
  }

  /** It is in the history now. */
  returned(txn: string | null, id: string): void {
    const mine = this.items.get().find((item) => item.txn === txn || item.sent === id);
    if (mine) void this.drop(mine.txn);
  }

  /**
   * Send what can be sent, in order within each conversation.
   *
   * Whoever asks while it is being done has seen something that the round under way may not have: it is done once more.
   */
  async pump(): Promise<void> {
    this.#asked = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#asked && !this.#stopped) {
        this.#asked = false;
        await this.#round();
      }
    } finally {
      this.#busy = false;
    }
  }

  async #round(): Promise<void> {
    clearTimeout(this.#again);
    const held = new Set<string>();
    for (let item = this.#next(held); item && !this.#stopped; item = this.#next(held)) {
      const hold = await this.#send(item);
      if (hold) {
        held.add(item.room);
        await this.#change(item.txn, { hold });
      }
      if (hold === 'line') this.#again = setTimeout(() => void this.pump(), TRY_AGAIN_MS);
    }
  }

  #next(held: ReadonlySet<string>): Item | undefined {
    return this.items.get().find((item) => !item.sent && item.hold !== 'refused' && !held.has(item.room));
  }

  async #send(item: Item): Promise<Hold | null> {
    try {
      // The library would try for minutes to fetch keys over a line that is not there.
      if (!navigator.onLine || !this.isUp()) return 'line';
      const room = this.client.getRoom(item.room);
      const chat = this.book.get(item.room);
      if (!room || !chat) return 'line';
      const hold = await this.#holdOf(chat);
      if (hold) return hold;
      const ready = await this.#uploaded(item);
      const event = new MatrixEvent({
        ...typeAndContent(ready),
        room_id: item.room,
        sender: this.client.getUserId() as string,
      });
      await this.crypto.encryptEvent(event, room);
      await this.#change(item.txn, { sent: await this.#put(event, item), hold: null });
      return null;
    } catch (fault) {
      const kind = kindOf(fault);
      return kind === 'refused' ? 'refused' : 'line';
    }
  }

  /** Whether everybody is there, and with the devices that they were known by. */
  async #holdOf(chat: Chat): Promise<Hold | null> {
    if (!chat.members.length) return 'joining';
    for (const pin of chat.members) {
      const standing = await this.trust.review(pin);
      if (standing === 'changed') return 'keys';
      if (standing === 'without') return 'joining';
    }
    return null;
  }

  async #put(event: MatrixEvent, item: Item): Promise<string> {
    // What it answers stands inside the ciphertext too; the server need not know.
    const { 'm.relates_to': _, ...sealed } = event.getWireContent();
    const until = item.timer > 0 ? { [OUTER_TIMER]: Date.now() + item.timer * 1000 } : {};
    const path = `/rooms/${encodeURIComponent(item.room)}/send/m.room.encrypted/${encodeURIComponent(item.txn)}`;
    const answer = await this.client.http.authedRequest<{ event_id: string }>(Method.Put, path, undefined, {
      ...sealed,
      ...until,
    });
    return answer.event_id;
  }

  /** Encrypt and upload the file of a draft, once. */
  async #uploaded(item: Item): Promise<Item> {
    const { draft } = item;
    if (!('file' in draft) || draft.file) return item;
    const plain = await this.vault.get<Bytes>(MEDIA, fileOf(item.txn));
    if (!plain) throw new Error('The file of a message is gone.');
    const { sealed, file } = await encryptFile(plain);
    const { content_uri: url } = await this.client.uploadContent(new Blob([sealed]), {
      type: 'application/octet-stream',
      includeFilename: false,
    });
    const ready = { ...item, draft: { ...draft, file: { ...file, url } } };
    await this.#keep(
      this.items.get().map((each) => (each.txn === item.txn ? ready : each)),
      [{ table: MEDIA, id: url, value: plain }],
    );
    return ready;
  }

  #change(txn: string, by: Partial<Item>): Promise<void> {
    return this.#keep(this.items.get().map((item) => (item.txn === txn ? { ...item, ...by } : item)));
  }

  async #keep(items: readonly Item[], beside: readonly Write[] = []): Promise<void> {
    this.items.set(items);
    await this.vault.write([...beside, { table: TABLE, id: ALL, value: items }]);
  }
}

function typeAndContent({ draft, reply, timer }: Item): { type: string; content: Record<string, unknown> } {
  if (draft.kind === 'conversation') {
    const { name, timer: seconds, at } = draft;
    return { type: CONVERSATION, content: { name, timer: seconds, at } };
  }
  if (draft.kind === 'reaction') {
    return { type: REACTION, content: withTimer(reactionContent(draft.target, draft.sign), timer) };
  }
  return {
    type: MESSAGE,
    content: contentOf({ body: draft as Text | Voice | Picture, timer, ...(reply && { reply }) }),
  };
}
