import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

import type { AuthoritySummary } from '~/api/types';

import { useDesk } from '../session';
import { PurposeDialog } from './PurposeDialog';

interface Choosing {
  /** Act under an authority: at once when its purpose is known, else after asking for it. */
  pick: (authority: AuthoritySummary) => void;
  /** Ask for the purpose again. */
  editPurpose: (authority: AuthoritySummary) => void;
}

const ChoosingContext = createContext<Choosing | null>(null);

export function useAuthorityChoice(): Choosing {
  const choosing = use(ChoosingContext);
  if (!choosing) throw new Error('useAuthorityChoice stands outside AuthorityProvider');
  return choosing;
}

export function AuthorityProvider({ children }: { children: ReactNode }) {
  const { choose, purposeFor } = useDesk();
  const [asking, setAsking] = useState<AuthoritySummary | null>(null);
  const pick = useCallback(
    (authority: AuthoritySummary) => {
      const purpose = purposeFor(authority.number);
      if (purpose) choose({ number: authority.number, purpose });
      else setAsking(authority);
    },
    [choose, purposeFor],
  );
  const choosing = useMemo(() => ({ pick, editPurpose: setAsking }), [pick]);
  return (
    <ChoosingContext value={choosing}>
      {children}
      <PurposeDialog
        authority={asking}
        purpose={asking ? purposeFor(asking.number) : ''}
        onClose={() => setAsking(null)}
        onDone={(purpose) => {
          if (asking) choose({ number: asking.number, purpose });
          setAsking(null);
        }}
      />
    </ChoosingContext>
  );
}
