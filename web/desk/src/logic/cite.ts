import type { Line, Provenance } from '~/api/types';

/** Who sent a line: the name that the account gave itself, and the account. */
export function senderOf({ sender }: Line): string {
  return sender.name && sender.name !== sender.account ? `${sender.name} (${sender.account})` : sender.account;
}

/**
 * A message in one line, so that anyone finds it again and can check that it is the same: its number, time and sender,
 * the release, and the digest of the record in the tree that was signed.
 */
export function citation(line: Line, release: number | null, { steps }: Provenance): string {
  const leaf = steps.at(-1)?.facts.find(([name]) => name === 'leaf')?.[1];
  const parts = [`#${line.number}`, line.time.iso, senderOf(line), `release ${release}`, leaf && `leaf ${leaf}`];
  return parts.filter(Boolean).join(' · ');
}
