/** How hard an unlock code is to guess, for whoever has the phone and has made the network hand out its half. */

export const SHORTEST = 6;

/** 0 weak, 1 fair, 2 good, 3 strong: by bits, without what repeats or counts up or down. */
export function strengthOf(code: string): 0 | 1 | 2 | 3 {
  const signs = [...code].map((sign) => sign.codePointAt(0) as number);
  const telling = signs.filter((sign, at) => at === 0 || Math.abs(sign - (signs[at - 1] as number)) > 1);
  const distinct = new Set(telling).size;
  const bits = Math.min(telling.length, distinct * 2) * Math.log2(alphabetOf(code));
  if (code.length < SHORTEST || bits < 28) return 0;
  return bits < 36 ? 1 : bits < 56 ? 2 : 3;
}

function alphabetOf(code: string): number {
  const kinds: [RegExp, number][] = [
    [/[0-9]/, 10],
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[^0-9a-zA-Z]/, 30],
  ];
  return kinds.reduce((sum, [kind, size]) => sum + (kind.test(code) ? size : 0), 0) || 1;
}
