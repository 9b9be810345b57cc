/** Loudest sample that a sender may give (MSC1767). */
const LOUDEST = 1024;

/** `count` heights between 0.06 and 1 for loudness samples of any number; a flat line where there are none. */
export function columns(loudness: readonly number[], count: number): number[] {
  if (loudness.length === 0) return Array.from({ length: count }, () => 0.2);
  const peak = Math.max(...loudness, LOUDEST / 4);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * loudness.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * loudness.length) / count));
    const loudest = Math.max(...loudness.slice(from, to), 0);
    return Math.max(0.06, Math.min(1, loudest / peak));
  });
}
