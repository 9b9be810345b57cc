import type { ErrorBody } from '~/api/types';
import { toUnits } from '~/logic/codepoints';
import { type Piece, pieces } from '~/logic/query';

import style from './QueryText.module.css';

/** A query, letter for letter, with fields and operators coloured and its fault underlined. */
export function QueryText({ text, fault }: { text: string; fault: Pick<ErrorBody, 'position' | 'length'> | null }) {
  const [from, to] = faultyPart(text, fault);
  const parts = pieces(text).flatMap((piece) => cut(piece, text, from, to));
  return (
    <span className={style.text}>
      {parts.map((part) => (
        <span key={part.start} data-kind={part.kind} data-faulty={part.start >= from && part.end <= to}>
          {text.slice(part.start, part.end)}
        </span>
      ))}
      {from >= text.length && <span data-faulty="true">{'\u00a0\u00a0'}</span>}
    </span>
  );
}

/** Where the fault stands, in UTF-16 units; nowhere when there is none. */
function faultyPart(text: string, fault: Pick<ErrorBody, 'position' | 'length'> | null): [number, number] {
  if (fault?.position == null) return [-1, -1];
  return [toUnits(text, fault.position), toUnits(text, fault.position + (fault.length ?? 1))];
}

/** A piece in parts of one look: a filter's field and value apart, and the fault apart from what is right. */
function cut(piece: Piece, text: string, from: number, to: number) {
  const colon = piece.type === 'filter' ? piece.start + text.slice(piece.start).search(/[:：]/u) + 1 : piece.start;
  const cuts = [piece.start, colon, from, to, piece.end].filter((at) => at >= piece.start && at <= piece.end);
  const points = [...new Set(cuts)].sort((a, b) => a - b);
  return points.slice(1).map((end, index) => ({
    start: points[index] ?? 0,
    end,
    kind: piece.type === 'filter' && end <= colon ? 'field' : piece.type,
  }));
}
