/** A pack as the page holds it: all that can be shown at once, and the text of each line, which is parsed again to be checked. */
import { Embedded, linesOf } from './embedded';
import {
  AUDIT,
  MESSAGES,
  type AuditEntry,
  type Claim,
  type LeftOut,
  type Line,
  type Listing,
  type Schedule,
  type SensitiveRow,
  type Shown,
  type UnusedRow,
  COVER,
  type Cover,
} from './shapes';

/** The block that holds the signed list; no file of a pack is called so. */
export const LISTING = 'listing';

export interface Conversation {
  id: string;
  /** Index of its first message, and of the one behind its last. */
  first: number;
  end: number;
  locked: number;
  senders: string[];
}

export class Pack {
  readonly listing: Listing;
  /** The text of each line of `messages.jsonl`, and what is shown of it. */
  readonly texts: string[] = [];
  readonly shown: Shown[] = [];
  readonly conversations: Conversation[] = [];
  readonly byEvent = new Map<string, number>();

  constructor(readonly files: Embedded) {
    const document = files.json<{ payload: string }>(LISTING);
    this.listing = JSON.parse(document.payload) as Listing;
  }

  /** Read the messages, a piece of the file at a time. A line that cannot be read is shown as one. */
  *read(): IterableIterator<number> {
    for (const piece of this.files.pieces(MESSAGES)) {
      for (const text of linesOf(piece)) this.add(text);
      yield this.texts.length;
    }
  }

  private add(text: string): void {
    const at = this.texts.push(text) - 1;
    const shown = shownOf(text, at + 1);
    this.shown.push(shown);
    if (shown.event) this.byEvent.set(shown.event, at);
    let last = this.conversations[this.conversations.length - 1];
    if (!last || last.id !== shown.conversation) {
      last = { id: shown.conversation, first: at, end: at, locked: 0, senders: [] };
      this.conversations.push(last);
    }
    last.end = at + 1;
    if (isLocked(shown)) last.locked++;
    const sender = shown.name || shown.sender;
    if (last.senders.length < 4 && sender && last.senders.indexOf(sender) < 0) last.senders.push(sender);
  }

  get unused(): UnusedRow[] {
    return this.files.json<Schedule<UnusedRow>>('schedules/unused.json').rows;
  }

  get sensitive(): SensitiveRow[] {
    return this.files.json<Schedule<SensitiveRow>>('schedules/sensitive.json').rows;
  }

  get leftOut(): LeftOut {
    return this.files.json<LeftOut>('left_out.json');
  }

  /** The cover of a package for a partner force; a pack for the defence has none. */
  get cover(): Cover | null {
    return this.files.paths.indexOf(COVER) < 0 ? null : this.files.json<Cover>(COVER);
  }

  /** The enclosed entries of the audit. */
  get audit(): AuditEntry[] {
    return linesOf(this.files.text(AUDIT))
      .slice(1)
      .map((line) => JSON.parse((JSON.parse(line) as { entry: string }).entry) as AuditEntry);
  }

  get claimPaths(): string[] {
    const number = (path: string): number => Number(path.replace(/\D/g, ''));
    return this.files.paths.filter((path) => path.startsWith('attributions/')).sort((a, b) => number(a) - number(b));
  }

  /** The enclosed claims, each with what came after it. */
  get claims(): { claim: Claim; later: { act: string; reason?: string; id?: string }[] }[] {
    return this.claimPaths.map((path) => {
      const proof = this.files.json<{ entry: string; later: { entry: string }[] }>(path);
      return {
        claim: JSON.parse(proof.entry) as Claim,
        later: proof.later.map((each) => JSON.parse(each.entry) as { act: string }),
      };
    });
  }
}

/** Only what is shown is kept: the proof of a message is ten times its text. */
function shownOf(text: string, line: number): Shown {
  try {
    const { row, path, ciphertext, raw, message_key, ...shown } = JSON.parse(text) as Line;
    if (!isShown(shown)) throw new Error('shape');
    return shown;
  } catch {
    return { ...UNREADABLE, line };
  }
}

/** Whether every field is of its type, as what shows a line takes for granted. */
const isShown = (shown: Shown): boolean =>
  (Object.keys(UNREADABLE) as (keyof Shown)[]).every((name) => {
    const value = shown[name];
    if (name === 'text') return value === null || typeof value === 'string';
    if (name === 'attached') return typeof value === 'object';
    return Array.isArray(UNREADABLE[name]) ? Array.isArray(value) : typeof value === typeof UNREADABLE[name];
  });

const UNREADABLE: Shown = {
  line: 0, record: -1, leaf: '', item: true, event: '', conversation: '', sender: '', name: '', recipients: [],
  time: 0, iso: '', clock: '', uncertainty: 0, kind: 'other', verdict: 'malformed', reason: '', text: null, relation: '', target: '',
  attached: null, redactions: [], exhibit: '', ciphertext_sha256: '',
}; // prettier-ignore

export const isLocked = (shown: Shown): boolean => shown.verdict !== 'opened' && shown.verdict !== 'clear';
