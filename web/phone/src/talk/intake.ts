/** From the Matrix library's timelines into the sealed history: each event once, in the server's order. */
import {
  ClientEvent,
  EventType,
  KnownMembership,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
  RoomMemberEvent,
  RoomStateEvent,
  SyncState,
} from 'matrix-js-sdk';

import { Turn } from '~/app/turn';
import { pinOf } from '~/contacts/pin';
import type { SealedStore } from '~/line/store';
import type { Write } from '~/vault/vault';

import type { Book } from './book';
import { CONVERSATION, conversationOf, glanceOf, heard, MESSAGE, quoteOf, REACTION, reactionOf } from './content';
import { type Chat, type Message, type Note, type Placed, type Reaction, withReaction } from './model';
import type { Timers } from './timers';

/** Rounds of fetching what lies between the last visit and now; the server keeps two days. */
const ROUNDS = 40;
const AT_ONCE = 100;
const OUTER_TIMER = 'org.matrix.self_destruct_after';

/** Who is told of what came in. */
export interface Listeners {
  /** These messages of a sender reached this phone. */
  arrived(room: string, sender: string, ids: readonly string[]): void;
  /** A message of one's own came back: it is in the history now and need not wait in the outbox. */
  returned(txn: string | null, id: string): void;
  /** Somebody whom this phone has invited has come in, and cannot read what was said before. */
  joined(room: string): void;
}

export class Intake {
  #dirty = new Set<string>();
  #turn = new Turn();

  constructor(
    private readonly client: MatrixClient,
    private readonly store: SealedStore,
    private readonly book: Book,
    private readonly timers: Timers,
    private readonly tell: Listeners,
  ) {}

  /** Listen to the library; the first sync takes up every room. */
  begin(): void {
    const { client } = this;
    const mark = (room?: Room | string): void => {
      if (room) this.#dirty.add(typeof room === 'string' ? room : room.roomId);
    };
    client.on(RoomEvent.Timeline, (_, room) => mark(room));
    client.on(RoomEvent.TimelineReset, mark);
    client.on(RoomEvent.MyMembership, mark);
    client.on(RoomStateEvent.Members, (event) => mark(event.getRoomId()));
    client.on(RoomMemberEvent.Membership, (event) => mark(event.getRoomId()));
    client.on(RoomEvent.Receipt, (_, room) => this.#later(() => this.#receipts(room)));
    client.on(MatrixEventEvent.Decrypted, (event) => this.#later(() => this.#unlocked(event)));
    client.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Prepared) for (const room of client.getRooms()) mark(room);
      if (state === SyncState.Prepared || state === SyncState.Syncing) this.#later(() => this.#digest());
    });
  }

  /** In its turn. What fails, such as for a phone that was locked meanwhile, is taken up again with the next answer. */
  #later(work: () => Promise<void>): void {
    this.#turn.take(work).catch(() => undefined);
  }

  async #digest(): Promise<void> {
    const rooms = [...this.#dirty];
    this.#dirty.clear();
    for (const id of rooms) {
      const room = this.client.getRoom(id);
      const membership = room?.getMyMembership();
      // What could not be kept is taken up with the next answer; how far was read is not sealed before.
      if (room && (membership === KnownMembership.Join || this.#justLeft(id, membership)))
        await this.#take(room).catch((fault: unknown) => this.#again(id, fault));
      else if (this.book.get(id) && membership !== KnownMembership.Invite)
        await this.book.change(id, () => ({ left: true }));
    }
    await this.store.keep();
  }

  /** What was said before one's leaving comes with it, and is the last that comes. */
  #justLeft(room: string, membership: string | undefined): boolean {
    const isOut = membership === KnownMembership.Leave || membership === KnownMembership.Ban;
    return isOut && this.book.get(room)?.left === false;
  }

  #again(room: string, fault: unknown): never {
    this.#dirty.add(room);
    throw fault;
  }

  async #take(room: Room): Promise<void> {
    const before = this.book.get(room.roomId);
    const chat = withMembers(this.book.getOrNew(room.roomId, kindOf(room)), room, this.book.me);
    const fresh = await this.#fresh(room, chat.upTo);
    const batch = new Batch(this.book, chat);
    for (const event of fresh) {
      await this.client.decryptEventIfNeeded(event);
      await batch.take(event);
    }
    // Deleted here meanwhile.
    if (before && !this.book.get(room.roomId)) return;
    await this.book.save(batch.onto(this.book.get(room.roomId)), batch.writes, { put: batch.put });
    await this.timers.set(room.roomId, batch.put);
    for (const [id, by] of batch.redacted) await this.#takeBack(id, by);
    for (const [txn, id] of batch.own) this.tell.returned(txn, id);
    if (batch.joined) this.tell.joined(room.roomId);
    for (const [sender, ids] of batch.heard) this.tell.arrived(room.roomId, sender, ids);
  }

  /** Only who said something may take it back, whatever power the server grants to others. */
  async #takeBack(id: string, by: string): Promise<void> {
    const message = (await this.book.history.findAt(id))?.message;
    if (message?.id === id && message.from === by) return this.timers.remove(id);
    if (message?.reactions?.some((each) => each.id === id && each.from === by)) await this.timers.removeReaction(id);
  }

  /** The events after the last one that the history holds, fetching what the sync passed over. */
  async #fresh(room: Room, upTo: string | null): Promise<MatrixEvent[]> {
    let after: MatrixEvent[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const timeline = room.getLiveTimeline();
      const events = timeline.getEvents();
      const last = events.findLastIndex((event) => event.getId() === upTo);
      after = events.slice(last + 1);
      if (last >= 0 || upTo === null || !timeline.getPaginationToken('b' as never)) break;
      await this.client.scrollback(room, AT_ONCE);
    }
    const sent = after.filter((event) => event.getId()?.startsWith('$'));
    const known = await this.book.history.known(sent.map((event) => event.getId() as string));
    return sent.filter((_, at) => !known[at]);
  }

  /** A key came late: what was locked is opened in its place. */
  async #unlocked(event: MatrixEvent): Promise<void> {
    const found = event.isDecryptionFailure() ? null : await this.book.history.find(event.getId() ?? '');
    const chat = found && this.book.get(found.room);
    if (!chat || found.message.body.kind !== 'locked') return;
    const message = await messageOf(event, this.book);
    if (!message) return this.#unlockedOther(chat.room, found.message.id, event);
    const placed = { ...message, place: found.message.place };
    const glance = chat.glance?.id === placed.id ? glanceOf(placed, this.book.me) : chat.glance;
    await this.book.save({ ...chat, glance }, this.book.history.writesOf(chat.room, placed), { put: [placed] });
    await this.timers.set(chat.room, [placed]);
  }

  /** What was locked is no message after all: it goes, and a reaction goes to where it belongs. */
  async #unlockedOther(room: string, id: string, event: MatrixEvent): Promise<void> {
    await this.timers.remove(id);
    const reacted = reactionIn(event);
    const found = reacted && (await this.book.history.find(reacted.target));
    const chat = this.book.get(room);
    if (!chat || !reacted || found?.room !== room) return;
    const changed = withReaction(found.message, reacted.reaction);
    if (changed) await this.book.save(chat, this.book.history.writesOf(room, changed), { put: [changed] });
  }

  async #receipts(room: Room): Promise<void> {
    const chat = this.book.get(room.roomId);
    if (!chat) return;
    const read = { ...chat.read };
    for (const member of room.getJoinedMembers()) {
      const pin = pinOf(member.userId);
      const id = room.getEventReadUpTo(member.userId);
      if (!pin || !id || pin === this.book.me) continue;
      const at = room.findEventById(id)?.getTs() ?? (await this.book.history.find(id))?.message.at ?? 0;
      read[pin] = Math.max(read[pin] ?? 0, at);
    }
    await this.book.save({ ...chat, read });
  }
}

/** The new events of one conversation, as they change it. */
class Batch {
  readonly writes: Write[] = [];
  readonly put: Placed[] = [];
  readonly redacted: [id: string, by: string][] = [];
  readonly own: [txn: string | null, id: string][] = [];
  readonly heard = new Map<string, string[]>();
  joined = false;
  #unread = 0;

  constructor(
    private readonly book: Book,
    public chat: Chat,
  ) {}

  async take(event: MatrixEvent): Promise<void> {
    const id = event.getId() as string;
    this.chat = { ...this.chat, upTo: id };
    const from = pinOf(event.getSender() ?? '');
    if (!from || event.isRedacted()) return;
    if (from === this.book.me) this.own.push([event.getUnsigned().transaction_id ?? null, id]);
    if (event.getType() === EventType.RoomRedaction) return this.#redact(event, from);
    if (event.getType() === EventType.RoomMember) return this.#member(event);
    if (event.getType() === CONVERSATION) return this.#settle(event, from);
    if (event.getType() === REACTION) return this.#react(event);
    const message = await messageOf(event, this.book, this.put);
    if (!message) return;
    this.#keep(message);
    if (from === this.book.me) return;
    this.heard.set(from, [...(this.heard.get(from) ?? []), id]);
    if (this.book.open.get() !== this.chat.room) this.#unread += 1;
  }

  /** The conversation with this batch in it; marks may have moved meanwhile. */
  onto(now: Chat | undefined): Chat {
    const { read, delivered, unread, kind } = now ?? this.chat;
    const marks = { read, delivered, unread: unread + this.#unread };
    return { ...this.chat, ...marks, kind: kind === 'group' ? kind : this.chat.kind };
  }

  #redact(event: MatrixEvent, by: string): void {
    const target = event.event.redacts ?? (event.getContent().redacts as string | undefined);
    if (target) this.redacted.push([target, by]);
  }

  #member(event: MatrixEvent): void {
    const { membership } = event.getContent();
    const before: unknown = event.getPrevContent().membership;
    const who = pinOf(event.getStateKey() ?? '');
    if (!who || who === this.book.me || before === membership) return;
    const isJoin = membership === KnownMembership.Join;
    this.joined ||= isJoin && pinOf(event.getUnsigned().prev_sender ?? '') === this.book.me;
    if (this.chat.kind !== 'group') return;
    if (isJoin) this.#note(event, who, 'joined', null);
    if (membership !== KnownMembership.Leave || before !== KnownMembership.Join) return;
    this.#note(event, who, event.getSender() === event.getStateKey() ? 'left' : 'removed', null);
  }

  /** At what it reacts to, if that is here. */
  async #react(event: MatrixEvent): Promise<void> {
    const reacted = reactionIn(event);
    if (!reacted) return;
    const at = this.put.findIndex(({ id }) => id === reacted.target);
    const found = at < 0 ? await this.book.history.find(reacted.target) : null;
    const message = this.put[at] ?? (found?.room === this.chat.room ? found.message : null);
    const changed = message && withReaction(message, reacted.reaction);
    if (!changed) return;
    this.put.splice(at < 0 ? this.put.length : at, at < 0 ? 0 : 1, changed);
    this.writes.push(...this.book.history.writesOf(this.chat.room, changed));
  }

  #settle(event: MatrixEvent, from: string): void {
    const said = conversationOf(event.getContent());
    const id = event.getId() as string;
    if (!said || !isLater([said.at, id], this.chat.settled)) return;
    const { name, timer } = this.chat;
    this.chat = { ...this.chat, name: said.name, timer: said.timer, settled: [said.at, id] };
    if (said.name !== null) this.chat = { ...this.chat, kind: 'group' };
    if (said.name !== name && said.name) this.#note(event, from, 'named', said.name);
    else if (said.timer !== timer) this.#note(event, from, 'timer', said.timer);
  }

  #note(event: MatrixEvent, from: string, what: Note['what'], value: Note['value']): void {
    this.#keep({ id: event.getId() as string, from, at: event.getTs(), body: { kind: 'note', what, value } });
  }

  #keep(message: Message): void {
    const placed = { ...message, place: this.chat.next };
    const glance =
      message.body.kind === 'note' && this.chat.glance ? this.chat.glance : glanceOf(message, this.book.me);
    this.chat = { ...this.chat, next: this.chat.next + 1, glance };
    this.put.push(placed);
    this.writes.push(...this.book.history.writesOf(this.chat.room, placed));
  }
}

const isLater = (one: [number, string], other: [number, string]): boolean =>
  one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);

function reactionIn(event: MatrixEvent): { target: string; reaction: Reaction } | null {
  const found = event.getType() === REACTION && event.isEncrypted() ? reactionOf(event.getContent()) : null;
  if (!found) return null;
  const { target, sign } = found;
  const from = pinOf(event.getSender() ?? '') as string;
  return { target, reaction: { id: event.getId() as string, from, at: event.getTs(), sign } };
}

async function messageOf(event: MatrixEvent, book: Book, beside: readonly Placed[] = []): Promise<Message | null> {
  const id = event.getId() as string;
  const base = { id, from: pinOf(event.getSender() ?? '') as string, at: event.getTs(), ...outer(event) };
  if (event.isDecryptionFailure()) return { ...base, body: { kind: 'locked' } };
  const found = event.getType() === MESSAGE ? heard(event.getContent()) : null;
  if (!found || !event.isEncrypted()) return null;
  const answered = found.replyTo
    ? (beside.find((each) => each.id === found.replyTo) ?? (await book.history.find(found.replyTo))?.message)
    : undefined;
  const reply = answered && quoteOf(answered);
  return {
    ...base,
    body: found.body,
    ...(found.replyTo && { answers: found.replyTo }),
    ...(reply && { reply }),
    ...(found.timer > 0 && { timer: found.timer }),
  };
}

/** When the server removes a message: it stands beside the ciphertext. */
function outer(event: MatrixEvent): { until?: number } {
  const until: unknown = event.getWireContent()[OUTER_TIMER];
  return typeof until === 'number' ? { until } : {};
}

function withMembers(chat: Chat, room: Room, me: string): Chat {
  const pins = (membership: string): string[] =>
    room
      .getMembersWithMembership(membership)
      .map(({ userId }) => pinOf(userId))
      .filter((pin) => pin !== null && pin !== me) as string[];
  return {
    ...chat,
    left: room.getMyMembership() !== KnownMembership.Join,
    members: pins(KnownMembership.Join).sort(),
    invited: pins(KnownMembership.Invite).sort(),
  };
}

/** What a conversation is until its own encrypted words say more: the invitation of a direct one is marked. */
function kindOf(room: Room): Chat['kind'] {
  return room.getDMInviter() || room.getInvitedAndJoinedMemberCount() <= 2 ? 'direct' : 'group';
}
