/** A piece of a text beside an earlier one. */
export interface Piece {
  text: string;
  change: 'same' | 'gone' | 'new';
}

/** Above so many pairs of words, a text counts as rewritten: comparing them would hold up the page. */
const MOST_PAIRS = 4_000_000;

const words = (text: string): string[] => text.split(/(\s+)/u).filter((word) => word !== '');

/** What became of `before` in `after`, word by word, by their longest common subsequence. */
export function diff(before: string, after: string): Piece[] {
  const [old, now] = [words(before), words(after)];
  if (old.length * now.length > MOST_PAIRS) return joined([gone(before), fresh(after)]);
  // common[i][j]: how many words old from i on and now from j on have in common.
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [was, is] = [old[i], now[j]];
    if (was !== undefined && was === is) {
      pieces.push({ text: was, change: 'same' });
      i++;
      j++;
    } else if (was !== undefined && (is === undefined || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push(gone(was));
      i++;
    } else {
      pieces.push(fresh(is ?? ''));
      j++;
    }
  }
  return joined(pieces);
}

const gone = (text: string): Piece => ({ text, change: 'gone' });
const fresh = (text: string): Piece => ({ text, change: 'new' });

function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last && last.change === piece.change) last.text += piece.text;
    else if (piece.text !== '') result.push({ ...piece });
  }
  return result;
}
