/** Who is known to this phone: nicknames of one's own, requests both ways, and the conversation with each. */
import { ClientEvent, KnownMembership, type MatrixClient, Preset, RoomEvent } from 'matrix-js-sdk';

import { Cell } from '~/app/cell';
import { Turn } from '~/app/turn';
import type { Account } from '~/line/network';
import type { Book } from '~/talk/book';
import { emptyChat } from '~/talk/model';
import type { Vault } from '~/vault/vault';

import { pinOf, userIdOf } from './pin';

const TABLE = 'contacts';
const NICKNAMES = 'nicknames';
const TO_OPEN = 'to-open';

const CONTACTS = 'org.underseal.contacts';
const REQUESTS = 'org.underseal.requests';

export interface Contact {
  pin: string;
  nickname: string;
}

export class Contacts {
  readonly nicknames = new Cell<Readonly<Record<string, string>>>({});
  /** PINs that one has asked or accepted, and PINs that ask. */
  readonly known = new Cell<readonly string[]>([]);
  readonly requests = new Cell<readonly string[]>([]);
  /** PINs that one has accepted and still has to open a conversation with. */
  #toOpen: readonly string[] = [];
  #turn = new Turn();

  constructor(
    private readonly client: MatrixClient,
    private readonly account: Account,
    private readonly vault: Vault,
    private readonly book: Book,
    private readonly server: string,
  ) {}

  async load(): Promise<void> {
    const [nicknames, toOpen] = await this.vault.many<unknown>(TABLE, [NICKNAMES, TO_OPEN]);
    this.nicknames.set((nicknames as Record<string, string> | undefined) ?? {});
    this.#toOpen = (toOpen as string[] | undefined) ?? [];
  }

  begin(): void {
    this.client.on(ClientEvent.AccountData, () => this.#read());
    this.client.on(RoomEvent.MyMembership, () => void this.settle());
  }

  /** What is to be done on the line: join where a contact asks, open where one has accepted. Nothing is lost if it fails. */
  settle(): Promise<void> {
    this.#read();
    return this.#turn.take(async () => {
      for (const pin of this.requests.get().filter((each) => this.known.get().includes(each)))
        await this.answer(pin, true);
      await this.#join();
      for (const pin of this.#toOpen) await this.#open(pin);
    });
  }

  nameOf(pin: string): string {
    return this.nicknames.get()[pin] ?? pin;
  }

  async setNickname(pin: string, nickname: string): Promise<void> {
    const { [pin]: _, ...others } = this.nicknames.get();
    const named = nickname.trim() ? { ...others, [pin]: nickname.trim() } : others;
    this.nicknames.set(named);
    await this.vault.put(TABLE, NICKNAMES, named);
  }

  /** Ask somebody; the answer is the same whether there is such a PIN or not. Throws LineError. */
  async ask(pin: string, nickname: string): Promise<void> {
    await this.account.askContact(pin);
    if (nickname.trim()) await this.setNickname(pin, nickname);
  }

  /** Answer somebody who asks. Throws LineError. */
  async answer(pin: string, accept: boolean): Promise<void> {
    if (accept) await this.#setToOpen([...this.#toOpen.filter((each) => each !== pin), pin]);
    await this.account.answerContact(pin, accept);
    this.requests.set(this.requests.get().filter((each) => each !== pin));
    if (accept) void this.settle();
  }

  /** Take somebody off the list. Throws LineError. */
  async remove(pin: string): Promise<void> {
    await this.account.removeContact(pin);
    await this.setNickname(pin, '');
  }

  /** Make a conversation of several. Throws a MatrixError when one of them does not have this phone as a contact. */
  async openGroup(pins: readonly string[]): Promise<string> {
    return this.#create(pins, 'group');
  }

  /** Ask somebody into a conversation. Throws a MatrixError when they do not have this phone as a contact. */
  async invite(room: string, pin: string): Promise<void> {
    await this.client.invite(room, userIdOf(pin, this.server));
  }

  /** Take somebody out of a conversation, or an invitation back. Throws a MatrixError when this phone may not. */
  async takeOut(room: string, pin: string): Promise<void> {
    await this.client.kick(room, userIdOf(pin, this.server));
  }

  /** Whether this phone may take somebody out: who made the conversation may. */
  mayTakeOut(room: string): boolean {
    const state = this.client.getRoom(room)?.currentState;
    return (
      state?.hasSufficientPowerLevelFor('kick', state.getMember(this.client.getUserId() ?? '')?.powerLevel ?? 0) ??
      false
    );
  }

  #read(): void {
    const listed = (type: string, field: string): string[] => {
      const content: Record<string, unknown> = this.client.getAccountData(type as never)?.getContent() ?? {};
      return Object.keys((content[field] as object | undefined) ?? {});
    };
    this.known.set(listed(CONTACTS, 'contacts'));
    this.requests.set(listed(REQUESTS, 'requests'));
  }

  async #join(): Promise<void> {
    for (const room of this.client.getRooms()) {
      if (room.getMyMembership() !== KnownMembership.Invite) continue;
      const me = room.getMember(this.client.getUserId() as string);
      const inviter = pinOf(me?.events.member?.getSender() ?? '');
      if (inviter && this.known.get().includes(inviter)) await this.client.joinRoom(room.roomId);
    }
  }

  async #open(pin: string): Promise<void> {
    if (!this.book.directWith(pin)) await this.#create([pin], 'direct');
    await this.#setToOpen(this.#toOpen.filter((each) => each !== pin));
  }

  async #create(pins: readonly string[], kind: 'direct' | 'group'): Promise<string> {
    const { room_id: room } = await this.client.createRoom({
      preset: Preset.PrivateChat,
      is_direct: kind === 'direct',
      invite: pins.map((pin) => userIdOf(pin, this.server)),
    });
    await this.book.save({ ...(this.book.get(room) ?? emptyChat(room, kind)), kind, invited: [...pins] });
    return room;
  }

  async #setToOpen(pins: readonly string[]): Promise<void> {
    this.#toOpen = pins;
    await this.vault.put(TABLE, TO_OPEN, pins);
  }
}
