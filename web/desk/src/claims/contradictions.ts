import type { Attribution } from '~/api/types';
import { common, type Span } from '~/logic/spans';

export const spanOf = ({ start, end }: Attribution): Span => ({ start: start?.utc ?? null, end: end?.utc ?? null });

/** Under which id a person stands: persons who were merged have one. */
export type WholeOf = (person: string) => string;

export interface Contradiction {
  claim: string;
  rival: string;
  /** The time for which both hold. */
  span: Span;
}

/** Where claims in force name different persons for one account at one time; none of them wins. */
export function contradictions(claims: readonly Attribution[], wholeOf: WholeOf): Contradiction[] {
  const standing = claims.filter(({ in_force }) => in_force);
  return standing.flatMap((one) =>
    standing.flatMap((other) => {
      if (other.account !== one.account || wholeOf(other.person.id) === wholeOf(one.person.id)) return [];
      const span = common(spanOf(one), spanOf(other));
      return span ? [{ claim: one.id, rival: other.id, span }] : [];
    }),
  );
}
