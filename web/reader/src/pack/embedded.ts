/** The files of the pack that are enclosed in the page, as inert blocks: `reader.py` writes them, and here they are read. */

/** Undo the one change that is made to a file: "<" is written as an escape of JSON, so that no block ends early. */
export const restored = (block: string): string =>
  block.indexOf('\\u003c') < 0 ? block : block.replace(/\\\\|\\u003c/g, (escape) => (escape === '\\\\' ? escape : '<'));

/** A piece of a file: its path, and what reads it. */
export type Piece = readonly [path: string, read: () => string];

/** The pieces that a page holds, in its order. */
export const piecesIn = (page: ParentNode): Piece[] =>
  Array.from(page.querySelectorAll<HTMLElement>('script[data-file]')).map(
    (block): Piece => [block.dataset['file']!, () => restored(block.textContent || '')],
  );

export class Embedded {
  private readonly files = new Map<string, (() => string)[]>();

  constructor(pieces: Piece[]) {
    for (const [path, read] of pieces) this.files.set(path, [...(this.files.get(path) || []), read]);
  }

  /** The path of every enclosed file. */
  get paths(): string[] {
    return Array.from(this.files.keys());
  }

  /** The pieces of a file, one after the other; a piece of lines ends behind one. */
  pieces(path: string): string[] {
    return (this.files.get(path) || []).map((read) => read());
  }

  /** All of a file; "" where it is not enclosed. */
  text(path: string): string {
    return this.pieces(path).join('');
  }

  /** What a JSON file says; throws where it is none. */
  json<Value>(path: string): Value {
    return JSON.parse(this.text(path)) as Value;
  }
}

/** The lines of a text that ends each with a newline. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines;
}
