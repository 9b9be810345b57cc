/**
 * What a phone gives to whoever examines it: its history as Matrix events, one a line, and its room keys under a passphrase.
 *
 * The events have the fields that `network/phones/seizure.py` writes for a phone without a screen. What stayed locked is not among
 * them: it is with the network, and the keys may open it there.
 */
import { sealExport } from '~/crypto/export';
import type { EncryptedFile } from '~/crypto/file';

import type { Book } from './book';
import { CONVERSATION, MESSAGE, REACTION } from './content';
import type { Chat, Message, Note, Picture, Text, Voice } from './model';

/** A file that is handed over. */
export interface Given {
  name: string;
  file: Blob;
  /** Room keys, or events. */
  count: number;
  /** Lower-case hexadecimal. */
  sha256: string;
}

export interface HandedOver {
  keys: Given;
  history: Given;
}

interface Event {
  event_id: string;
  room_id: string;
  sender: string;
  origin_server_ts: number;
  type: string;
  content: Record<string, unknown>;
}

/** Whose phone it is and how PINs become Matrix user ids. */
interface Whose {
  userId: string;
  userIdOf(pin: string): string;
}

/**
 * Make both files.
 *
 * @param sessions the room keys as the Matrix library exports them, a JSON list.
 */
export async function handOver(book: Book, sessions: string, passphrase: string, whose: Whose): Promise<HandedOver> {
  const lines: string[] = [];
  for (const chat of book.chats.get()) {
    for await (const event of eventsOf(book, chat, whose)) lines.push(`${JSON.stringify(event)}\n`);
  }
  const keys = await sealExport(sessions, passphrase);
  return {
    keys: await given(whose, 'keys.txt', [keys], (JSON.parse(sessions) as unknown[]).length),
    history: await given(whose, 'history.jsonl', lines, lines.length),
  };
}

async function given({ userId }: Whose, name: string, parts: string[], count: number): Promise<Given> {
  const file = new Blob(parts, { type: 'application/octet-stream' });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return { name: `${fileName(userId)}.${name}`, file, count, sha256: hex(digest) };
}

/** A user id as a file may be called: neither a PIN nor the name of a server has an underscore. */
const fileName = (userId: string): string => userId.slice(1).replaceAll(':', '_');

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function* eventsOf(book: Book, chat: Chat, whose: Whose): AsyncGenerator<Event> {
  for (let page = await book.history.from(chat.room, 0, chat.next); page.length; ) {
    yield* page.flatMap((message) => events(chat.room, message, whose));
    page = await book.history.from(chat.room, (page.at(-1)?.place ?? chat.next) + 1, chat.next);
  }
}

/** A message and the reactions to it; nothing for what could not be read, or was not said. */
export function events(room: string, message: Message, { userIdOf }: Pick<Whose, 'userIdOf'>): Event[] {
  const base = ({ id, from, at }: Pick<Message, 'id' | 'from' | 'at'>) => ({
    event_id: id,
    room_id: room,
    sender: userIdOf(from),
    origin_server_ts: at,
  });
  const said = typeAndContent(message);
  const reactions = (message.reactions ?? []).map((each) => ({
    ...base(each),
    type: REACTION,
    content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: message.id, key: each.sign } },
  }));
  return said ? [{ ...base(message), ...said }, ...reactions] : reactions;
}

function typeAndContent({ body, answers }: Message): Pick<Event, 'type' | 'content'> | null {
  if (body.kind === 'locked') return null;
  if (body.kind === 'note') return noted(body);
  const reply = answers ? { 'm.relates_to': { 'm.in_reply_to': { event_id: answers } } } : {};
  return { type: MESSAGE, content: { ...contentOf(body), ...reply } };
}

/** Who came and went stands with the network; what a conversation was called, and its timer, nowhere but here. */
function noted({ what, value }: Note): Pick<Event, 'type' | 'content'> | null {
  if (what === 'named') return { type: CONVERSATION, content: { name: value } };
  return what === 'timer' ? { type: CONVERSATION, content: { timer: value ?? 0 } } : null;
}

function contentOf(body: Text | Voice | Picture): Record<string, unknown> {
  if (body.kind === 'text') return { msgtype: body.notice ? 'm.notice' : 'm.text', body: body.text };
  const { mimetype, size, words = '' } = body;
  return {
    msgtype: body.kind === 'voice' ? 'm.audio' : 'm.image',
    body: words,
    ...(body.kind === 'voice' && { 'org.matrix.msc3245.voice': {} }),
    info: { mimetype, size },
    file: written(body.file),
  };
}

/** Of what the sender wrote, the fields that open a file, and no others. */
const written = ({ url, key, iv, hashes }: EncryptedFile): EncryptedFile => ({
  v: 'v2',
  url,
  key: { kty: 'oct', alg: 'A256CTR', ext: true, key_ops: ['encrypt', 'decrypt'], k: key.k },
  iv,
  hashes: { sha256: hashes.sha256 },
});
