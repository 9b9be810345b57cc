/**
 * All checks of a pack, run in slices so that the page stays alive, with progress, and cancelled or asked again at will.
 *
 * What was signed is verified first, and what follows is held against it alone.
 */
import { makeEngine, type Engine } from '../bytes/engine';
import type { Pack } from '../pack/pack';
import { MESSAGES, PAGE_FORMAT, type Listing } from '../pack/shapes';
import { verified, type Verified } from '../proof/signed';
import {
  checkAudit,
  checkClaims,
  checkConsistency,
  checkContents,
  checkFiles,
  checkKeys,
  checkManifest,
  checkSchedules,
  type Opened,
} from './files';
import { checkMessage, type Against } from './message';
import { failed, fails, holds, none, type Step } from './steps';

/** How long a slice may take, in ms: less than a frame. */
const SLICE = 10;

/** How long the page must not have moved for the checks to go on, in ms. */
const STILL = 150;

export type Mark = 'unchecked' | 'holds' | 'fails';

export class Checking {
  /** What was found, in the order in which it was checked. */
  readonly steps: Step[] = [];
  /** Of each message by its index. */
  readonly marks: Mark[] = [];
  readonly failures: { line: number; step: Step }[] = [];
  /** How many messages were checked, and how many a second. */
  done = 0;
  rate = 0;
  state: 'waiting' | 'running' | 'cancelled' | 'finished' = 'waiting';
  engine: Engine | null = null;
  /** The verified list of the page. */
  list: Verified | null = null;
  private against: Promise<Against> | null = null;
  private cancelled = false;
  private quietAt = 0;

  constructor(
    private readonly pack: Pack,
    private readonly subtle: SubtleCrypto | undefined,
    private readonly changed: () => void,
  ) {}

  get broken(): boolean {
    return !!failed(this.steps) || this.failures.length > 0;
  }

  /** Somebody moves the page: wait until it is still. */
  yieldTo(): void {
    this.quietAt = performance.now() + STILL;
  }

  cancel(): void {
    this.cancelled = true;
  }

  /** Check everything. */
  async run(): Promise<void> {
    this.cancelled = false;
    this.state = 'running';
    this.steps.length = this.failures.length = this.done = 0;
    this.against = null;
    this.changed();
    try {
      await this.checkAll();
    } catch (error) {
      if (!(error instanceof CancelledError)) this.say(fails('page', 'pageFailed', { error: String(error) }));
    }
    this.state = this.cancelled ? 'cancelled' : 'finished';
    this.changed();
  }

  /** The seven steps of one message (by its index), at once. */
  async message(index: number): Promise<Step[]> {
    const against = await this.prepared();
    return (await checkMessage(this.pack.texts[index]!, index + 1, against)).steps;
  }

  private async checkAll(): Promise<void> {
    const { pack } = this;
    const { listing } = pack;
    const against = await this.prepared();
    const { engine } = against;
    await this.guarded('contents', () => checkContents(listing));
    await this.slowly('files', checkFiles(pack, listing));
    const opened = await this.checkMessages(against);
    await this.slowly('keys', checkKeys(pack, opened));
    await this.guarded('schedules', () => checkSchedules(pack, listing));
    await this.guarded('audit', () => checkAudit(engine, pack, listing));
    await this.guarded('claims', () => checkClaims(engine, pack, listing));
    await this.guarded('consistency', () => checkConsistency(engine, pack, listing));
  }

  /** What everything rests on: the functions, the signed list, and the signed release. Done once. */
  private prepared(): Promise<Against> {
    return this.against || (this.against = this.prepare());
  }

  private async prepare(): Promise<Against> {
    const engine = (this.engine = await makeEngine(this.subtle));
    this.say(holds('functions', `functions.${engine.by.sha256}.${engine.by.ed25519}`));
    const { listing } = this.pack;
    await this.guarded('list', async () => {
      this.list = await verified(engine, this.pack.files.json('listing'));
      const good = this.list && this.list.payload['format'] === PAGE_FORMAT && this.list.key === listing.head.signer;
      return good ? holds('list', 'list', { key: listing.head.signer }) : fails('list', 'notSigned');
    });
    let release: Against['release'] = null;
    await this.guarded('manifest', async () => {
      const found = await checkManifest(engine, this.pack, listing);
      release = found.release;
      return found.step;
    });
    return { engine, release, marks: marksOf(listing) };
  }

  private async checkMessages(against: Against): Promise<Opened[]> {
    const opened: Opened[] = [];
    const { texts } = this.pack;
    const started = performance.now();
    let slice = started;
    for (let index = 0; index < texts.length; index++) {
      const found = await checkMessage(texts[index]!, index + 1, against);
      const bad = failed(found.steps);
      this.marks[index] = bad ? 'fails' : 'holds';
      if (bad) this.failures.push({ line: index + 1, step: bad });
      if (found.opened) opened.push({ line: index + 1, ...found.opened });
      this.done = index + 1;
      if (performance.now() - slice < SLICE) continue;
      this.rate = (this.done / (performance.now() - started)) * 1000;
      this.changed();
      await this.pause();
      slice = performance.now();
    }
    this.say(this.messagesStep());
    return opened;
  }

  private messagesStep(): Step {
    const { failures, done } = this;
    if (!done) return none('messages', 'noMessages');
    if (!failures.length) return holds('messages', 'messages', { count: done });
    return fails('messages', 'messagesFail', { count: failures.length, total: done, line: failures[0]!.line });
  }

  /** Do a check; what it cannot read fails it. */
  private async guarded(name: string, check: () => Step | Promise<Step>): Promise<void> {
    let step: Step;
    try {
      step = await check();
    } catch {
      step = fails(name, 'unreadable');
    }
    this.say(step);
    await this.pause();
  }

  /** Do a check that comes in pieces. */
  private async slowly(name: string, pieces: IterableIterator<Step>): Promise<void> {
    let slice = performance.now();
    let step: Step | undefined;
    try {
      for (;;) {
        const piece = pieces.next();
        if (piece.done) break;
        step = piece.value;
        if (performance.now() - slice < SLICE) continue;
        await this.pause();
        slice = performance.now();
      }
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      step = fails(name, 'unreadable');
    }
    if (step) this.say(step);
  }

  private say(step: Step): void {
    this.steps.push(step);
    this.changed();
  }

  private async pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (
      let left = this.quietAt - performance.now();
      left > 0 && !this.cancelled;
      left = this.quietAt - performance.now()
    )
      await new Promise((resolve) => setTimeout(resolve, left));
    if (this.cancelled) throw new CancelledError();
  }
}

class CancelledError extends Error {}

const marksOf = (listing: Listing): string => {
  const file = listing.files.filter((each) => each.path === MESSAGES)[0];
  return (file && file.lines) || '';
};
