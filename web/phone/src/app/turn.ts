/** One after the other: work that must not overlap with itself. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    // A failure belongs to whoever asked; the next in the line begins all the same.
    this.#last = next.catch(() => undefined);
    return next;
  }
}
