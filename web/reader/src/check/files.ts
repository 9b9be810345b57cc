/** Checks of the enclosed files as a whole: each takes what was verified before it and says what it found. */
import { equal, fromBase64, fromHex, fromUnpadded, toHex, utf8 } from '../bytes/bytes';
import type { Engine } from '../bytes/engine';
import { advanced, messageKey, parseExported } from '../bytes/megolm';
import { sha256Hex, Sha256 } from '../bytes/sha256';
import { linesOf } from '../pack/embedded';
import type { Pack } from '../pack/pack';
import { AUDIT, CONSISTENCY, isContent, isEmbedded, type Line, type Listing, type Shown } from '../pack/shapes';
import { canonical, parseObject, same, type Json } from '../proof/canonical';
import { keeps, leads, leafHash } from '../proof/merkle';
import { verified, type Fields, type Verified } from '../proof/signed';
import { fails, holds, none, type Step } from './steps';

const nodes = (path: Json | undefined): Uint8Array[] => (path as string[]).map((node) => fromHex(node, 32));
const root = (payload: Fields): Uint8Array => fromHex(payload['root'], 32);

/** Read a file that holds one value and a newline. */
const readObject = (text: string): Fields => {
  if (text[text.length - 1] !== '\n') throw new Error('newline');
  return parseObject(text.slice(0, -1));
};

/** Every enclosed file has the size and the digest that were signed, and none is missing or too many. */
export function* checkFiles(pack: Pack, listing: Listing): IterableIterator<Step> {
  const listed = listing.files.filter((file) => isEmbedded(file.path));
  const enclosed = pack.files.paths.filter((path) => path !== 'listing');
  const known = listed.map((file) => file.path);
  for (const path of enclosed) if (known.indexOf(path) < 0) return yield fails('files', 'fileUnlisted', { path });
  for (const file of listed) {
    const digest = new Sha256();
    let size = 0;
    for (const piece of pack.files.pieces(file.path)) {
      const bytes = utf8(piece);
      digest.update(bytes);
      size += bytes.length;
      yield none('files', 'waiting');
    }
    if (size !== file.size || toHex(digest.digest()) !== file.sha256)
      return yield fails('files', 'fileChanged', { path: file.path });
  }
  yield holds('files', 'files', { count: listed.length });
}

/** The list names the contents by the digest that the audit names them by. */
export function checkContents(listing: Listing): Step {
  const named = listing.files.filter((file) => isContent(file.path)).map((file) => [file.path, file.sha256]);
  return sha256Hex(utf8(canonical({ head: listing.head as unknown as Json, files: named }))) === listing.contents
    ? holds('contents', 'contents', { digest: listing.contents })
    : fails('contents', 'contentsDiffer');
}

/** The release is signed by the signer of the pack, and is the one that the head names. */
export async function checkManifest(
  engine: Engine,
  pack: Pack,
  listing: Listing,
): Promise<{ step: Step; release: { size: number; root: Uint8Array; number: number } | null }> {
  const document = await verified(engine, readObject(pack.files.text('releases/release.json')));
  if (!document || document.key !== listing.head.signer) return { step: fails('manifest', 'notSigned'), release: null };
  const { format, number, size } = document.payload;
  const agrees =
    format === 'underseal/release/1' &&
    number === listing.head.release &&
    document.payload['root'] === listing.head.root;
  if (!agrees) return { step: fails('manifest', 'manifestDiffers'), release: null };
  return {
    step: holds('manifest', 'manifest', { release: Number(number), size: Number(size), root: listing.head.root }),
    release: { size: Number(size), root: root(document.payload), number: Number(number) },
  };
}

/** The release keeps everything of the release of the earlier disclosure. */
export async function checkConsistency(engine: Engine, pack: Pack, listing: Listing): Promise<Step> {
  const text = pack.files.text(CONSISTENCY);
  if (!listing.since)
    return text ? fails('consistency', 'fileUnlisted', { path: CONSISTENCY }) : none('consistency', 'noEarlier');
  const proof = readObject(text);
  const [old, now] = [await verified(engine, proof['old']), await verified(engine, proof['new'])];
  const signer = listing.head.signer;
  if (!old || !now || old.key !== signer || now.key !== signer) return fails('consistency', 'notSigned');
  const agrees =
    old.payload['format'] === now.payload['format'] &&
    old.payload['workspace'] === now.payload['workspace'] &&
    old.payload['number'] === listing.since.release &&
    old.payload['root'] === listing.since.root &&
    now.payload['root'] === listing.head.root;
  const state = (payload: Fields) => ({ size: Number(payload['size']), root: root(payload) });
  return agrees && keeps(state(old.payload), state(now.payload), nodes(proof['path']))
    ? holds('consistency', 'consistency', { release: listing.since.release })
    : fails('consistency', 'consistencyWrong');
}

/** Which key opened a line. */
export interface Opened {
  line: number;
  session: string;
  index: number;
  key: string;
}

/** The session keys lead to the message keys, and open as many lines as they say. */
export function* checkKeys(pack: Pack, opened: Opened[]): IterableIterator<Step> {
  const bySession = new Map<string, Opened[]>();
  for (const each of opened) {
    const lines = bySession.get(each.session);
    if (lines) lines.push(each);
    else bySession.set(each.session, [each]);
  }
  const { sessions } = readObject(pack.files.text('keys.json')) as unknown as {
    sessions: { session: string; from: number; exported: string; opens: number }[];
  };
  const seen = new Set<string>();
  for (const { session, from, exported, opens } of sessions) {
    const filling = { session };
    let at = parseExported(fromBase64(exported));
    if (seen.size === seen.add(session).size || !at || at.index !== from || !equal(at.key, fromUnpadded(session)))
      return yield fails('keys', 'keyOfAnother', filling);
    const lines = (bySession.get(session) || []).filter((each) => each.index >= from).sort((a, b) => a.index - b.index);
    if (lines.length !== opens) return yield fails('keys', 'keyOpens', filling);
    for (const line of lines) {
      at = advanced(at, line.index);
      if (!equal(messageKey(at), fromBase64(line.key)))
        return yield fails('keys', 'keyLeads', { session, line: line.line });
      yield none('keys', 'waiting');
    }
  }
  yield sessions.length ? holds('keys', 'keys', { count: sessions.length }) : none('keys', 'noKeys');
}

const USED: (keyof Shown)[] = ['line', 'record', 'item', 'conversation', 'iso', 'kind', 'verdict'];

/** The schedules and the list of what was left out say what the messages say; the counts count them. */
export function checkSchedules(pack: Pack, listing: Listing): Step {
  const used = readObject(pack.files.text('schedules/used.json'))['rows'] as Fields[];
  if (used.length !== pack.shown.length) return fails('schedules', 'scheduleDiffers');
  for (let at = 0; at < used.length; at++) {
    const shown = pack.shown[at]!;
    const row = used[at]!;
    if (Object.keys(row).length !== USED.length || USED.some((name) => row[name] !== shown[name]))
      return fails('schedules', 'scheduleDiffersAt', { line: at + 1 });
  }
  const records = new Set(pack.shown.map((shown) => shown.record));
  const unordered = firstOutOfOrder(pack.shown);
  if (unordered || records.size !== used.length) return fails('schedules', 'outOfOrder', { line: unordered });
  const stray = strayMedia(pack, listing);
  if (stray) return fails('schedules', 'mediaStray', { path: stray });
  for (const row of pack.unused)
    if (records.has(row.record)) return fails('schedules', 'usedAndUnused', { record: row.record });
  const wrong = wrongCount(pack, listing);
  if (wrong) return fails('schedules', 'countWrong', { count: wrong });
  const { redactions, media, keys } = pack.leftOut;
  const heldBack = ([] as object[]).concat(
    ...pack.shown.map((shown) => shown.redactions.map((redaction) => ({ line: shown.line, ...redaction }))),
  );
  const missing = pack.shown
    .filter(({ attached }) => attached && !attached.file && attached.state !== 'redacted')
    .map(({ line, attached }) => ({ line, state: attached!.state }));
  const keyless = pack.texts
    .map((text, at) => ({ text, line: at + 1 }))
    .filter(({ text }) => isKeyless(text))
    .map(({ line }) => ({ line }));
  const said: Json = [redactions as unknown as Json, media, keys];
  if (!same(said, [heldBack as unknown as Json, missing, keyless])) return fails('schedules', 'leftOutDiffers');
  return holds('schedules', 'schedules', {
    used: used.length,
    unused: pack.unused.length,
    sensitive: pack.sensitive.length,
  });
}

/** The number of the first line that does not come after the one before, by conversation, time and record; 0 for none. */
function firstOutOfOrder(lines: Shown[]): number {
  for (let at = 1; at < lines.length; at++) {
    const [before, after] = [lines[at - 1]!, lines[at]!];
    const byRoom = byCodePoints(before.conversation, after.conversation);
    const order = byRoom || before.time - after.time || before.record - after.record;
    if (order >= 0) return after.line;
  }
  return 0;
}

/** The order of Python: JavaScript compares halves of what lies beyond the basic plane. */
function byCodePoints(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = a[at]!.codePointAt(0)! - b[at]!.codePointAt(0)!;
    if (difference) return difference;
  }
  return a.length - b.length;
}

/** The first file that is listed and attached to no message, or the other way round, or not named by its digest or size. */
function strayMedia(pack: Pack, listing: Listing): string | undefined {
  const attached = new Map<string, number | null>();
  for (const shown of pack.shown)
    if (shown.attached && shown.attached.file) attached.set(shown.attached.file, shown.attached.size);
  for (const { path, sha256, size } of listing.files)
    if (path.startsWith('media/')) {
      if (path !== `media/${sha256}` || attached.get(path) !== size) return path;
      attached.delete(path);
    }
  return Array.from(attached.keys())[0];
}

/** Whether a line has decrypted bytes and no key to them; both are members of their own in canonical JSON. */
const isKeyless = (text: string): boolean => {
  const { raw, message_key } = JSON.parse(text) as Line;
  return raw !== null && message_key === null;
};

function wrongCount(pack: Pack, { counts, files }: Listing): string | undefined {
  const { shown } = pack;
  const below = (folder: string): number => files.filter((file) => file.path.indexOf(folder) === 0).length;
  const counted: Record<string, number> = {
    used: shown.length,
    items: shown.filter((each) => each.item).length,
    context: shown.filter((each) => !each.item).length,
    redacted: shown.filter((each) => each.redactions.length).length,
    locked: shown.filter((each) => each.verdict !== 'opened' && each.verdict !== 'clear').length,
    unused: pack.unused.length,
    sensitive: pack.sensitive.length,
    message_keys: pack.texts.filter((text) => (JSON.parse(text) as Line).message_key !== null).length,
    session_keys: pack.files.json<{ sessions: unknown[] }>('keys.json').sessions.length,
    attributions: below('attributions/'),
    media: below('media/'),
  };
  return Object.keys(counted).filter((name) => counted[name] !== counts[name])[0];
}

/** An entry of a ledger leads to the root of its checkpoint and bears its number; null where not. */
function entryOf(proof: Fields, checkpoint: Fields): Fields | null {
  const text = String(proof['entry']);
  const number = Number(proof['number']);
  const leaf = leafHash(utf8(text));
  if (!leads(leaf, number, Number(checkpoint['size']), nodes(proof['path']), root(checkpoint))) return null;
  const entry = parseObject(text);
  return entry['number'] === number ? entry : null;
}

const isCheckpoint = (document: Verified | null, ledger: string, signer: string): document is Verified =>
  !!document &&
  document.key === signer &&
  document.payload['format'] === 'underseal/ledger-checkpoint/1' &&
  document.payload['ledger'] === ledger;

/** The enclosed entries belong to the signed audit, and one of them is this disclosure. */
export async function checkAudit(engine: Engine, pack: Pack, listing: Listing): Promise<Step> {
  const [first, ...lines] = linesOf(pack.files.text(AUDIT)).map(parseObject);
  const document = await verified(engine, first && first['checkpoint']);
  if (!isCheckpoint(document, 'audit', listing.head.signer) || first!['format'] !== 'underseal/audit-extract/1')
    return fails('audit', 'notSigned');
  const entries: Fields[] = [];
  for (const line of lines) {
    const entry = entryOf(line, document.payload);
    if (!entry) return fails('audit', 'entryWrong', { number: Number(line['number']) });
    if (entries.length && Number(entries[entries.length - 1]!['number']) >= Number(entry['number']))
      return fails('audit', 'entryWrong', { number: Number(line['number']) });
    entries.push(entry);
  }
  const disclosed = entries.filter(
    (entry) => entry['act'] === 'disclosed' && (entry['details'] as Fields)['sha256'] === listing.contents,
  );
  if (disclosed.length !== 1) return fails('audit', 'notDisclosed');
  const { head, counts } = listing;
  const entry = disclosed[0]!;
  const details = entry['details'] as Fields;
  const agrees =
    details['dossier'] === listing.reference &&
    details['to'] === head.to &&
    details['records'] === counts['used'] &&
    entry['user'] === head.by &&
    entry['authority'] === head.authority;
  return agrees
    ? holds('audit', 'audit', { count: entries.length, number: Number(entry['number']) })
    : fails('audit', 'headDiffers');
}

/** The enclosed claims belong to the signed ledger of attributions, and are on accounts that the messages name. */
export async function checkClaims(engine: Engine, pack: Pack, listing: Listing): Promise<Step> {
  const leaves = new Map<number, string>(pack.shown.map((shown) => [shown.record, shown.leaf]));
  const accounts = new Set<string>();
  pack.shown.forEach((shown) => [shown.sender, ...shown.recipients].forEach((account) => accounts.add(account)));
  for (const path of pack.claimPaths) {
    const proof = readObject(pack.files.text(path));
    const document = await verified(engine, proof['checkpoint']);
    const whole = proof['format'] === 'underseal/attribution-proof/1' && same(proof['records']!, []);
    if (!whole || !isCheckpoint(document, 'attributions', listing.head.signer))
      return fails('claims', 'claimWrong', { path });
    const claim = entryOf(proof, document.payload);
    const fitting = claim && claim['act'] === 'claim' && path === `attributions/${claim['id']}.json`;
    if (!claim || !fitting || !accounts.has(String(claim['account']))) return fails('claims', 'claimWrong', { path });
    for (const item of [...(claim['supporting'] as Fields[]), ...(claim['opposing'] as Fields[])]) {
      const leaf = item['kind'] === 'message' ? leaves.get(Number(item['record'])) : undefined;
      if (leaf !== undefined && leaf !== item['leaf']) return fails('claims', 'claimWrong', { path });
    }
    for (const later of proof['later'] as Fields[]) {
      const entry = entryOf(later, document.payload);
      const about = entry && (entry['act'] === 'withdraw' ? entry['claim'] : entry['supersedes']);
      if (!entry || about !== claim['id']) return fails('claims', 'claimWrong', { path });
    }
  }
  const count = pack.claimPaths.length;
  return count ? holds('claims', 'claims', { count }) : none('claims', 'noClaims');
}
