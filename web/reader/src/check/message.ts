/** The seven steps by which one message is checked, from the captured bytes to the signed release. */
import { equal, fromBase64, fromHex, fromUnpadded, utf8 } from '../bytes/bytes';
import type { Engine } from '../bytes/engine';
import { authenticates, MESSAGE_KEY_BYTES, parseMessage, type MegolmMessage } from '../bytes/megolm';
import { sha256Hex } from '../bytes/sha256';
import { PLACEHOLDER, type Attached, type Line } from '../pack/shapes';
import { parseObject, same, type Json } from '../proof/canonical';
import { leads, leafHash } from '../proof/merkle';
import type { Fields } from '../proof/signed';
import { momentOf } from './moment';
import { fails, holds, none, type Step } from './steps';

/** What messages are checked against. */
export interface Against {
  engine: Engine;
  /** The verified release; null where it is not signed. */
  release: { size: number; root: Uint8Array; number: number } | null;
  /** The marks of the lines, from the signed list. */
  marks: string;
}

export interface Checked {
  steps: Step[];
  /** For the check of the session keys: which key opened it. */
  opened: { session: string; index: number; key: string } | null;
}

/** Digits of a line's mark. */
const MARK = 8;

/** Every field of a line, in the order of canonical JSON. */
const FIELDS =
  'attached,ciphertext,ciphertext_sha256,clock,conversation,event,exhibit,iso,item,kind,leaf,line,message_key,name,path,raw,reason,recipients,record,' +
  'redactions,relation,row,sender,target,text,time,uncertainty,verdict';

/** Check a line of `messages.jsonl`, whose number counts from 1. What cannot be read fails. */
export async function checkMessage(text: string, number: number, against: Against): Promise<Checked> {
  try {
    return await checkLine(text, number, against);
  } catch {
    return { steps: [fails('listed', 'unreadable')], opened: null };
  }
}

async function checkLine(text: string, number: number, against: Against): Promise<Checked> {
  const line = parseObject(text) as unknown as Line;
  if (Object.keys(line).join() !== FIELDS || line.line !== number) throw new Error('line');
  const row = line.row === null ? null : parseObject(line.row);
  const sealed = await checkSealed(line, row, against.engine);
  const { session, index } = row || {};
  return {
    steps: [
      checkListed(text, number, against.marks),
      ...sealed,
      checkRow(line, row),
      checkRelease(line, against.release),
    ],
    opened:
      line.message_key !== null && typeof session === 'string' && typeof index === 'number'
        ? { session, index, key: line.message_key }
        : null,
  };
}

function checkListed(text: string, number: number, marks: string): Step {
  const mark = marks.slice((number - 1) * MARK, number * MARK);
  return mark && sha256Hex(utf8(text)).slice(0, MARK) === mark ? holds('listed', 'listed') : fails('listed', 'changed');
}

/** Ciphertext, signature, key and content. */
async function checkSealed(line: Line, row: Fields | null, engine: Engine): Promise<Step[]> {
  const names = ['ciphertext', 'signature', 'key', 'content'];
  if (!row) {
    const bare = line.ciphertext === null && line.raw === null && line.message_key === null;
    return names.map((name) => (bare ? none(name, 'redacted') : fails(name, 'shownThoughRedacted')));
  }
  try {
    const ciphertext = line.ciphertext === null ? null : fromBase64(line.ciphertext);
    const raw = line.raw === null ? null : fromBase64(line.raw);
    const message = ciphertext && parseMessage(ciphertext);
    return [
      checkDigest('ciphertext', ciphertext, row['ciphertext_sha256']),
      await checkSignature(message, row, raw !== null, engine),
      checkKey(line, message),
      await checkContent(line, message, raw, row, engine),
    ];
  } catch {
    return names.map((name) => fails(name, 'unreadable'));
  }
}

function checkDigest(name: string, bytes: Uint8Array | null, digest: Json | undefined): Step {
  if (bytes === null) return digest === undefined ? none(name, 'neverEncrypted') : fails(name, 'leftOut');
  return sha256Hex(bytes) === digest ? holds(name, 'digest', { digest: String(digest) }) : fails(name, 'digestDiffers');
}

/** A session id is the public key that signs each of its messages. What could not be opened says whether it was signed. */
async function checkSignature(
  message: MegolmMessage | null,
  row: Fields,
  opened: boolean,
  engine: Engine,
): Promise<Step> {
  const claimed = row['signature'];
  if (!message) {
    if (opened || claimed === 'valid') return fails('signature', 'noMessage');
    return none('signature', row['ciphertext_sha256'] === undefined ? 'neverEncrypted' : 'malformed');
  }
  const session = row['session'];
  if (!opened && claimed !== 'valid' && claimed !== 'invalid') return none('signature', 'signatureUnsaid');
  const good = await engine.verify(fromUnpadded(session), message.signed, message.signature);
  if (good)
    return claimed === 'invalid'
      ? fails('signature', 'signatureSaidBad')
      : holds('signature', 'signature', { session: String(session) });
  return opened || claimed === 'valid' ? fails('signature', 'signatureBad') : none('signature', 'signatureAsSaid');
}

function checkKey(line: Line, message: MegolmMessage | null): Step {
  if (line.raw === null)
    return line.message_key === null ? none('key', whyUnopened(line)) : fails('key', 'keyForNothing');
  if (line.message_key === null) return none('key', 'keyWithheld');
  const key = fromBase64(line.message_key);
  return message && key.length === MESSAGE_KEY_BYTES && authenticates(key, message)
    ? holds('key', 'key', { index: message.index })
    : fails('key', 'keyWrong');
}

async function checkContent(
  line: Line,
  message: MegolmMessage | null,
  raw: Uint8Array | null,
  row: Fields,
  engine: Engine,
): Promise<Step> {
  if (raw === null)
    return row['raw_sha256'] === undefined ? none('content', whyUnopened(line)) : fails('content', 'leftOut');
  if (sha256Hex(raw) !== row['raw_sha256']) return fails('content', 'digestDiffers');
  if (line.message_key === null) return none('content', 'contentUnopened', { digest: String(row['raw_sha256']) });
  const key = fromBase64(line.message_key);
  const plain = message && (await engine.decrypt(key.subarray(0, 32), key.subarray(64), message.ciphertext));
  return plain && equal(plain, raw)
    ? holds('content', 'content', { digest: String(row['raw_sha256']) })
    : fails('content', 'contentDiffers');
}

const whyUnopened = (line: Line): string =>
  line.verdict === 'clear' || line.verdict === 'opened' ? 'neverEncrypted' : 'locked';

/** The members of a row that a line repeats, and what stands for one that is missing. */
const REPEATED: [keyof Line, Json][] = [
  ['event', ''],
  ['conversation', ''],
  ['sender', ''],
  ['recipients', []],
  ['time', null],
  ['clock', ''],
  ['uncertainty', null],
  ['kind', ''],
  ['verdict', ''],
  ['reason', ''],
  ['text', null],
  ['relation', ''],
  ['target', ''],
  ['exhibit', ''],
  ['ciphertext_sha256', ''],
];

function checkRow(line: Line, row: Fields | null): Step {
  if (momentOf(line.iso) !== line.time) return fails('row', 'fieldDiffers', { field: 'iso' });
  if (!row) return checkRedacted(line);
  if (line.redactions.length) return fails('row', 'shownThoughRedacted');
  for (const [name, empty] of REPEATED) {
    const value = row[name];
    if (!same(line[name] as unknown as Json, value === undefined ? empty : value))
      return fails('row', 'fieldDiffers', { field: name });
  }
  const media = row['media'] === undefined ? null : (JSON.parse(String(row['media'])) as Partial<Attached>);
  return sameAttached(line.attached, media) ? holds('row', 'row') : fails('row', 'fieldDiffers', { field: 'attached' });
}

function sameAttached(shown: Attached | null, media: Partial<Attached> | null): boolean {
  if (!shown || !media) return !shown && !media;
  const { name = '', mime = '', state = 'missing', sha256: digest = '' } = media;
  const named = shown.file === '' ? shown.size === null : shown.file === `media/${shown.sha256}` && shown.size !== null;
  return shown.name === name && shown.mime === mime && shown.state === state && shown.sha256 === digest && named;
}

/** What stands for an attachment that is held back. */
const ANONYMOUS: Json = { name: PLACEHOLDER, mime: '', size: null, sha256: '', file: '', state: 'redacted' };

function checkRedacted(line: Line): Step {
  const fields = line.redactions.map((redaction) => redaction.field);
  if (!fields.length) return fails('row', 'rowMissing');
  const whole = fields.indexOf('message') >= 0;
  const held: [string, boolean][] = [
    ['text', line.text === PLACEHOLDER],
    ['media', same(line.attached as unknown as Json, ANONYMOUS)],
    ['sender', line.sender === PLACEHOLDER && line.name === PLACEHOLDER],
    ['recipients', same(line.recipients as Json, [PLACEHOLDER])],
    ['conversation', line.conversation === PLACEHOLDER],
    ['message', line.event + line.relation + line.target + line.reason === ''],
  ];
  for (const [field, hidden] of held)
    if ((whole || fields.indexOf(field) >= 0) && !hidden) return fails('row', 'shownThoughRedacted');
  return none('row', 'redactedRow');
}

function checkRelease(line: Line, release: Against['release']): Step {
  if (!release) return fails('release', 'releaseUnsigned');
  const leaf = fromHex(line.leaf, 32);
  if (line.row !== null && !equal(leafHash(utf8(line.row)), leaf)) return fails('release', 'leafDiffers');
  const path = line.path.map((step) => fromHex(step, 32));
  return leads(leaf, line.record, release.size, path, release.root)
    ? holds('release', 'release', { record: line.record, release: release.number, nodes: path.length })
    : fails('release', 'pathWrong');
}
