import { type ReactNode, useState } from 'react';

import type { Attribution } from '~/api/types';

import { AttributeDialog } from './AttributeDialog';
import { ClaimCard } from './ClaimCard';
import style from './ClaimCard.module.css';
import type { Contradiction } from './contradictions';
import { WithdrawDialog } from './WithdrawDialog';

interface Props {
  /** All of them, those that ended too; in the order in which they were made. */
  claims: readonly Attribution[];
  contested: readonly Contradiction[];
  headOf: (claim: Attribution) => ReactNode;
}

/** Claims side by side: those in force first, those that ended below them, quiet. */
export function Claims({ claims, contested, headOf }: Props) {
  const [superseding, setSuperseding] = useState<Attribution | null>(null);
  const [withdrawing, setWithdrawing] = useState<string | null>(null);
  const ordered = [...claims.filter(({ in_force }) => in_force), ...claims.filter(({ in_force }) => !in_force)];
  return (
    <div className={style.cards}>
      {ordered.map((claim) => (
        <ClaimCard
          key={claim.id}
          claim={claim}
          rivals={contested.flatMap((each) => (each.claim === claim.id ? [each.rival] : []))}
          head={headOf(claim)}
          onSupersede={() => setSuperseding(claim)}
          onWithdraw={() => setWithdrawing(claim.id)}
        />
      ))}
      <AttributeDialog
        opened={superseding !== null}
        account={superseding?.account ?? ''}
        supersedes={superseding}
        onClose={() => setSuperseding(null)}
      />
      <WithdrawDialog id={withdrawing} onClose={() => setWithdrawing(null)} />
    </div>
  );
}
