/**
 * What two phones show each other to compare their keys: both PINs and the fingerprints that each holds for both.
 *
 *     underseal:check:1:PIN-A:FINGERPRINTS-A:PIN-B:FINGERPRINTS-B
 *
 * A is who shows the code. Fingerprints are Ed25519, base64url, several divided by commas in the order of their text.
 */

const PREFIX = 'underseal:check:1';

export interface Side {
  pin: string;
  fingerprints: readonly string[];
}

const urlSafe = (fingerprint: string): string =>
  fingerprint.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const listed = ({ fingerprints }: Side): string => fingerprints.map(urlSafe).sort().join(',');

export const checkCode = (mine: Side, theirs: Side): string =>
  [PREFIX, mine.pin, listed(mine), theirs.pin, listed(theirs)].join(':');

export type Outcome = 'same' | 'different' | 'somebody-else' | 'no-code';

/** Compare a code that the other phone shows with what this phone holds. */
export function compare(scanned: string, mine: Side, theirs: Side): Outcome {
  if (!scanned.startsWith(`${PREFIX}:`)) return 'no-code';
  const [pin, , other] = scanned.slice(PREFIX.length + 1).split(':');
  if (pin !== theirs.pin || other !== mine.pin) return 'somebody-else';
  return scanned === checkCode(theirs, mine) ? 'same' : 'different';
}
