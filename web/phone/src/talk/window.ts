/** The stretch of a conversation that is on the screen: it grows at either end and is cut at the other. */
import { Cell } from '~/app/cell';

import type { Book, Change } from './book';
import { PAGE } from './history';
import type { Placed } from './model';

/** Messages held at most. */
export const HELD = 4 * PAGE;

export interface Stretch {
  messages: readonly Placed[];
  /** Whether there is more before the first and after the last. */
  older: boolean;
  newer: boolean;
}

export class ChatWindow {
  readonly stretch = new Cell<Stretch>({ messages: [], older: false, newer: false });
  readonly stop: () => void;
  #busy = false;

  constructor(
    private readonly book: Book,
    private readonly room: string,
  ) {
    this.stop = book.watch(room, (change) => this.#apply(change));
  }

  /** Show the newest messages. */
  async toEnd(): Promise<void> {
    const messages = await this.book.history.before(this.room, this.#end());
    this.#show(messages, false);
  }

  /** Show what lies around a message. */
  async around(place: number): Promise<void> {
    const half = PAGE / 2;
    const messages = await this.book.history.between(
      this.room,
      Math.max(0, place - half),
      Math.min(this.#end(), place + half),
    );
    this.#show(messages, place + half < this.#end());
  }

  async older(): Promise<void> {
    await this.#once(async () => {
      const first = this.#first();
      const page = await this.book.history.before(this.room, first);
      // Somebody has gone elsewhere meanwhile: the page belongs to no end of what is shown now.
      if (first !== this.#first()) return;
      const all = [...page, ...this.stretch.get().messages];
      this.#show(all.slice(0, HELD), this.stretch.get().newer || all.length > HELD);
    });
  }

  async newer(): Promise<void> {
    await this.#once(async () => {
      const last = this.#last();
      const page = await this.book.history.from(this.room, last + 1, this.#end());
      if (last !== this.#last()) return;
      const all = [...this.stretch.get().messages, ...page];
      this.#show(all.slice(-HELD), page.length === PAGE);
    });
  }

  #first(): number {
    return this.stretch.get().messages[0]?.place ?? this.#end();
  }

  #last(): number {
    return this.stretch.get().messages.at(-1)?.place ?? -1;
  }

  #end(): number {
    return this.book.get(this.room)?.next ?? 0;
  }

  #show(messages: readonly Placed[], newer: boolean): void {
    this.stretch.set({ messages, older: (messages[0]?.place ?? 0) > 0, newer });
  }

  /** Changes of what is shown are shown; new messages only where the end is in sight. */
  #apply({ put = [], gone = [] }: Change): void {
    const { messages, newer } = this.stretch.get();
    const changed = new Map(put.map((message) => [message.place, message]));
    const kept = messages.filter(({ place }) => !gone.includes(place)).map((each) => changed.get(each.place) ?? each);
    const last = this.#last();
    const added = newer ? [] : put.filter(({ place }) => place > last);
    this.#show([...kept, ...added], newer);
  }

  async #once(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await work();
    } finally {
      this.#busy = false;
    }
  }
}
