/** An unlocked phone: its parts, and how they are put together. */
import { initAsync } from '@matrix-org/matrix-sdk-crypto-wasm';
import { ClientEvent, RoomMemberEvent } from 'matrix-js-sdk';

import { Contacts } from '~/contacts/contacts';
import { pinOf, serverOf, userIdOf } from '~/contacts/pin';
import { Emoji } from '~/crypto/emoji';
import { Trust } from '~/crypto/trust';
import { type Credentials, type Line, type LineState, openLine, startLine, watchLine } from '~/line/client';
import { Account, type Licence } from '~/line/network';
import { Book } from '~/talk/book';
import { handOver, type HandedOver } from '~/talk/handover';
import { History } from '~/talk/history';
import { Intake } from '~/talk/intake';
import { Marks } from '~/talk/marks';
import { Media } from '~/talk/media';
import type { Chat, Placed } from '~/talk/model';
import { Outbox } from '~/talk/outbox';
import { Timers } from '~/talk/timers';
import type { Opened } from '~/vault/door';
import type { Vault } from '~/vault/vault';

import { Cell } from './cell';

const TABLE = 'account';
const CREDENTIALS = 'credentials';
const SETTINGS = 'settings';
const LICENCE_NOTICE = 'org.underseal.licence';

export interface Settings {
  /** Whether others see that one writes. */
  typing: boolean;
  language: string | null;
}

const DEFAULTS: Settings = { typing: false, language: null };

/** Fetch and compile the cryptography ahead. What has failed once the library never tries again, so the page begins anew. */
export const warm = (): Promise<void> =>
  initAsync().catch(() => window.addEventListener('online', () => location.reload(), { once: true }));

export const keepCredentials = (vault: Vault, who: Credentials): Promise<void> => vault.put(TABLE, CREDENTIALS, who);

export class Phone {
  readonly line = new Cell<LineState>('waiting');
  readonly licence = new Cell<Licence | null>(null);
  readonly settings = new Cell<Settings>(DEFAULTS);
  /** By room, the PINs of those who write just now. */
  readonly writing = new Cell<Readonly<Record<string, readonly string[]>>>({});
  readonly book: Book;
  readonly timers: Timers;
  readonly trust: Trust;
  readonly outbox: Outbox;
  readonly contacts: Contacts;
  readonly media: Media;
  readonly marks: Marks;
  readonly emoji: Emoji;
  readonly #account: Account;

  private constructor(
    readonly opened: Opened,
    readonly who: Credentials,
    private readonly matrix: Line,
  ) {
    const { vault } = opened;
    const { client, crypto } = matrix;
    const server = serverOf(who.userId);
    this.#account = new Account(who.token);
    this.book = new Book(new History(vault), who.pin);
    this.timers = new Timers(vault, this.book);
    this.trust = new Trust(client, crypto, vault, server, who.pin);
    this.outbox = new Outbox(client, crypto, vault, this.book, this.trust, () => this.line.get() === 'up');
    this.contacts = new Contacts(client, this.#account, vault, this.book, server);
    this.media = new Media(client, vault);
    this.marks = new Marks(client, crypto, this.book, this.trust, server);
    this.emoji = new Emoji(client, crypto, server, (pin, device) =>
      this.trust.acceptOnly(pin, device).then(() => this.outbox.pump()),
    );
    if (opened.ends) this.licence.set({ state: 'active', ends: opened.ends });
  }

  /** Put the phone together from its vault; it does not ask the network for anything yet. */
  static async open(opened: Opened): Promise<Phone> {
    const who = (await opened.vault.get<Credentials>(TABLE, CREDENTIALS)) ?? withoutLine(opened.pin);
    const phone = new Phone(opened, who, await openLine(opened.vault, who, opened.olm));
    phone.settings.set({ ...DEFAULTS, ...(await opened.vault.get<Settings>(TABLE, SETTINGS)) });
    await Promise.all([phone.book.load(), phone.outbox.load(), phone.contacts.load()]);
    await phone.timers.load();
    return phone;
  }

  get me(): string {
    return this.who.pin;
  }

  /** Connect. @param settled the network has this phone's keys. */
  async start(settled: () => void): Promise<void> {
    const { client, store } = this.matrix;
    const { book, timers, marks, outbox } = this;
    let isSettled = false;
    new Intake(client, store, book, timers, {
      arrived: (room, sender, ids) => void marks.arrived(room, sender, ids).catch(() => undefined),
      returned: (txn, id) => outbox.returned(txn, id),
      joined: (room) => void this.#retell(room),
    }).begin();
    marks.begin();
    this.contacts.begin();
    this.emoji.begin();
    this.trust.begin(() => void outbox.pump());
    client.on(RoomMemberEvent.Typing, (_, { roomId, userId, typing }) => this.#typing(roomId, pinOf(userId), typing));
    client.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === LICENCE_NOTICE) void this.readLicence();
    });
    watchLine(client, (state) => {
      this.line.set(state);
      if (state !== 'up') return;
      if (!isSettled) settled();
      isSettled = true;
      void this.contacts.settle().catch(() => undefined);
      void outbox.pump();
    });
    this.line.watch(() => void this.readLicence());
    await startLine(this.matrix);
  }

  /** Ask how the licence stands; without a line what was known stays. */
  async readLicence(): Promise<void> {
    const found = await this.#account.licence().catch(() => null);
    if (found) this.licence.set(found);
  }

  /** Throws LineError. */
  async renew(code: string): Promise<Licence> {
    const licence = await this.#account.renew(code);
    this.licence.set(licence);
    this.matrix.client.retryImmediately();
    return licence;
  }

  async setSettings(settings: Partial<Settings>): Promise<void> {
    this.settings.set({ ...this.settings.get(), ...settings });
    await this.opened.vault.put(TABLE, SETTINGS, this.settings.get());
  }

  /** Name a conversation or set its timer, for all who are in it. */
  async settleChat(chat: Chat, said: { name?: string | null; timer?: number }): Promise<void> {
    const at = Date.now();
    const { name, timer } = { name: chat.name, timer: chat.timer, ...said };
    await this.book.change(chat.room, () => ({ name, timer, settled: [at, ''] }));
    await this.outbox.add(chat, { kind: 'conversation', name, timer, at });
  }

  async openGroup(name: string, pins: readonly string[]): Promise<string> {
    const room = await this.contacts.openGroup(pins);
    const chat = this.book.get(room);
    if (chat) await this.settleChat(chat, { name });
    return room;
  }

  async leave(room: string): Promise<void> {
    await this.matrix.client.leave(room);
  }

  /** Leave a conversation and delete all of it from this phone. */
  async forget(room: string): Promise<void> {
    const left = this.book.get(room)?.left;
    if (!left) await this.leave(room);
    for (const { txn } of this.outbox.items.get().filter((item) => item.room === room)) await this.outbox.drop(txn);
    await this.book.forget(room);
  }

  /** Take back a message of one's own, everywhere. */
  async takeBack(room: string, id: string): Promise<void> {
    await this.matrix.client.redactEvent(room, id);
    await this.timers.remove(id);
  }

  /** Put a sign at a message, or take one's own back. */
  async react(chat: Chat, message: Placed, sign: string): Promise<void> {
    const waiting = this.outbox.items
      .get()
      .filter(({ draft }) => draft.kind === 'reaction' && draft.target === message.id && draft.sign === sign);
    const mine = (message.reactions ?? []).filter((each) => each.from === this.me && each.sign === sign);
    if (!waiting.length && !mine.length) return this.outbox.add(chat, { kind: 'reaction', target: message.id, sign });
    const sent = waiting.flatMap((item) => item.sent ?? []);
    for (const id of [...mine.map((each) => each.id), ...sent]) {
      await this.matrix.client.redactEvent(chat.room, id);
      await this.timers.removeReaction(id);
    }
    for (const { txn } of waiting) await this.outbox.drop(txn);
  }

  /** Make the files for whoever examines this phone; whether they may have them is asked before. */
  async handOver(passphrase: string): Promise<HandedOver> {
    const { userId } = this.who;
    const sessions = await this.matrix.crypto.exportRoomKeysAsJson();
    return handOver(this.book, sessions, passphrase, {
      userId,
      userIdOf: (pin) => userIdOf(pin, serverOf(userId)),
    });
  }

  typing(room: string, typing: boolean): void {
    if (!this.settings.get().typing) return;
    void this.matrix.client.sendTyping(room, typing, 10_000).catch(() => undefined);
  }

  /** Stop all work and forget the keys. What is left in memory goes with the page, which is to be reloaded. */
  close(): void {
    this.outbox.stop();
    this.timers.stop();
    this.matrix.client.stopClient();
    this.opened.vault.close();
    this.opened.proof.fill(0);
  }

  #typing(room: string, pin: string | null, typing: boolean): void {
    if (!pin || pin === this.me) return;
    const others = (this.writing.get()[room] ?? []).filter((each) => each !== pin);
    this.writing.set({ ...this.writing.get(), [room]: typing ? [...others, pin] : others });
  }

  /** Who came in later is told what the conversation is called, by the phone that has invited them. */
  async #retell(room: string): Promise<void> {
    const chat = this.book.get(room);
    if (!chat || (chat.name === null && !chat.timer)) return;
    const { name, timer, settled } = chat;
    await this.outbox.add(chat, { kind: 'conversation', name, timer, at: settled[0] });
  }
}

/** The empty phone has no account: it never has a line. */
const withoutLine = (pin: string): Credentials => ({
  userId: userIdOf(pin, 'nowhere.invalid'),
  pin,
  deviceId: 'EMPTY',
  token: null,
});
