/**
 * Matrix contents of what is said, both ways. What comes from others is checked field by field.
 *
 * Sources: client-server API 1.16, "m.room.message"; MSC3245 and MSC1767 for voice messages; our own
 * `org.underseal.conversation` and `org.underseal.timer` (docs/formats).
 */
import { type EncryptedFile, isEncryptedFile } from '~/crypto/file';

import type { Body, Glance, Message, Picture, Quote, Reaction, Text, Voice } from './model';

export const CONVERSATION = 'org.underseal.conversation';
export const DELIVERED = 'org.underseal.delivered';
export const MESSAGE = 'm.room.message';
export const REACTION = 'm.reaction';
const TIMER = 'org.underseal.timer';
const VOICE = 'org.matrix.msc3245.voice';
const AUDIO = 'org.matrix.msc1767.audio';

export const WAVEFORM_MAX = 1024;
const WAVEFORM_POINTS = 64;
const EXCERPT_SIGNS = 120;
const LONGEST_NAME = 60;
const LONGEST_TIMER = 365 * 86400;
/** No emoji has more code points. */
const LONGEST_SIGN = 12;

type Content = Record<string, unknown>;

export interface Said {
  body: Text | Voice | Picture;
  reply?: Quote;
  timer: number;
}

export function contentOf({ body, reply, timer }: Said): Content {
  return {
    ...bodyContent(body),
    ...(reply && { 'm.relates_to': { 'm.in_reply_to': { event_id: reply.id } } }),
    ...withTimer({}, timer),
  };
}

export const withTimer = (content: Content, timer: number): Content =>
  timer > 0 ? { ...content, [TIMER]: timer } : content;

function bodyContent(body: Said['body']): Content {
  switch (body.kind) {
    case 'text':
      return { msgtype: 'm.text', body: body.text };
    case 'voice':
      return {
        msgtype: 'm.audio',
        body: 'Voice message',
        file: body.file,
        info: { duration: body.duration, mimetype: body.mimetype, size: body.size },
        [AUDIO]: { duration: body.duration, waveform: body.waveform },
        [VOICE]: {},
      };
    case 'picture':
      return {
        msgtype: 'm.image',
        body: 'Picture',
        file: body.file,
        info: { mimetype: body.mimetype, size: body.size, w: body.width, h: body.height },
      };
  }
}

export interface Heard {
  body: Body;
  /** Event id that is answered. */
  replyTo: string | null;
  timer: number;
}

/** What a decrypted m.room.message says; null when this phone has no way to show it. */
export function heard(content: Content): Heard | null {
  const body = bodyOf(content);
  return body && { body, replyTo: replyTo(content), timer: count(content[TIMER], LONGEST_TIMER) };
}

function bodyOf(content: Content): Body | null {
  const info = record(content.info);
  const { file } = content;
  switch (content.msgtype) {
    case 'm.text':
    case 'm.emote':
      return typeof content.body === 'string' ? { kind: 'text', text: content.body } : null;
    case 'm.notice':
      return typeof content.body === 'string' ? { kind: 'text', text: content.body, notice: true } : null;
    case 'm.audio':
      return isEncryptedFile(file) ? { ...voiceOf(file, info, record(content[AUDIO])), ...wordsOf(content) } : null;
    case 'm.image':
      return isEncryptedFile(file) ? { ...pictureOf(file, info), ...captionOf(content), ...wordsOf(content) } : null;
    default:
      return null;
  }
}

function voiceOf(file: EncryptedFile, info: Content, audio: Content): Voice {
  const points = Array.isArray(audio.waveform) ? audio.waveform : [];
  return {
    kind: 'voice',
    file,
    mimetype: mimetype(info.mimetype, /^audio\/(ogg|webm|mp4)(; ?codecs=[\w."]+)?$/, 'audio/ogg'),
    size: count(info.size),
    duration: count(audio.duration ?? info.duration),
    waveform: fitted(points.map((point) => count(point, WAVEFORM_MAX))),
  };
}

function pictureOf(file: EncryptedFile, info: Content): Picture {
  return {
    kind: 'picture',
    file,
    // A picture that is none of these, such as SVG, could run what its sender wrote.
    mimetype: mimetype(info.mimetype, /^image\/(jpeg|png|webp|gif)$/, 'image/jpeg'),
    size: count(info.size),
    width: count(info.w, 20_000),
    height: count(info.h, 20_000),
  };
}

/** A body beside a file name is a caption (client-server API, "Media captions"). */
function captionOf({ body, filename }: Content): { caption?: string } {
  return typeof body === 'string' && typeof filename === 'string' && body !== filename ? { caption: body } : {};
}

const wordsOf = ({ body }: Content): { words?: string } => (typeof body === 'string' ? { words: body } : {});

/** The content of a reaction to an event, which travels inside the ciphertext ("Relationships between events"). */
export const reactionContent = (target: string, sign: string): Content => ({
  'm.relates_to': { rel_type: 'm.annotation', event_id: target, key: sign },
});

/** What a decrypted m.reaction says; null for what is none. */
export function reactionOf(content: Content): (Pick<Reaction, 'sign'> & { target: string }) | null {
  const { rel_type: type, event_id: target, key } = record(content['m.relates_to']);
  if (type !== 'm.annotation' || typeof target !== 'string' || typeof key !== 'string') return null;
  const sign = [...key.trim()].slice(0, LONGEST_SIGN).join('');
  return sign ? { target, sign } : null;
}

export interface Conversation {
  name: string | null;
  timer: number;
  at: number;
}

export function conversationOf(content: Content): Conversation | null {
  if (content.name !== null && typeof content.name !== 'string') return null;
  const name = content.name?.trim().slice(0, LONGEST_NAME) || null;
  return { name, timer: count(content.timer, LONGEST_TIMER), at: count(content.at) };
}

export function excerptOf(body: Body): string {
  if (body.kind === 'text') return [...body.text.replaceAll(/\s+/g, ' ')].slice(0, EXCERPT_SIGNS).join('');
  return body.kind === 'note' ? String(body.value ?? '') : '';
}

export const glanceOf = ({ id, from, at, body }: Message, me: string): Glance => ({
  id,
  from,
  at,
  kind: body.kind,
  excerpt: excerptOf(body),
  mine: from === me,
});

/** What an answer shows of the message that it answers; null for what cannot be answered. */
export function quoteOf({ id, from, body }: Message): Quote | null {
  if (body.kind === 'note' || body.kind === 'locked') return null;
  return { id, from, kind: body.kind, excerpt: excerptOf(body) };
}

/** A waveform of at most 64 points: each the highest of its stretch. */
export function fitted(points: readonly number[]): number[] {
  if (points.length <= WAVEFORM_POINTS) return [...points];
  return Array.from({ length: WAVEFORM_POINTS }, (_, at) => {
    const from = Math.floor((at * points.length) / WAVEFORM_POINTS);
    const to = Math.floor(((at + 1) * points.length) / WAVEFORM_POINTS);
    return Math.max(...points.slice(from, Math.max(to, from + 1)));
  });
}

function replyTo(content: Content): string | null {
  const id = record(record(content['m.relates_to'])['m.in_reply_to']).event_id;
  return typeof id === 'string' ? id : null;
}

const record = (value: unknown): Content => (typeof value === 'object' && value !== null ? (value as Content) : {});

const mimetype = (value: unknown, allowed: RegExp, otherwise: string): string =>
  typeof value === 'string' && allowed.test(value) ? value : otherwise;

/** A whole number from 0 to a most; 0 for anything else. */
function count(value: unknown, most: number = Number.MAX_SAFE_INTEGER): number {
  return typeof value === 'number' && value >= 0 ? Math.min(Math.round(value), most) : 0;
}
