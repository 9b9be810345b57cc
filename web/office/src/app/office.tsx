import { createContext, type ReactNode, use, useMemo, useState } from 'react';

import { Client } from '~/api/client';

import type { Batch, Session } from '@/api/types';

/** Who is logged in, and the way to the server. */
export interface Office {
  session: Session;
  client: Client;
  isOperator: boolean;
  /** Address of what both houses have: an operator's, or a reseller's own. */
  at: (noun: string) => string;
  /** Codes that were issued just now, null once they were kept: they are in memory only, and outlive a change of the page. */
  issued: Batch | null;
  show: (batch: Batch | null) => void;
}

const OfficeContext = createContext<Office | null>(null);

export function useOffice(): Office {
  const office = use(OfficeContext);
  if (!office) throw new Error('useOffice stands outside OfficeProvider');
  return office;
}

export function OfficeProvider({ session, children }: { session: Session; children: ReactNode }) {
  const [issued, show] = useState<Batch | null>(null);
  const office = useMemo<Office>(() => {
    const isOperator = session.part === 'operator';
    return {
      session,
      client: new Client({ csrf: session.csrf, authority: null, purpose: '', release: null }),
      isOperator,
      at: (noun) => `${isOperator ? '/api' : '/api/shop'}/${noun}`,
      issued,
      show,
    };
  }, [session, issued]);
  return <OfficeContext value={office}>{children}</OfficeContext>;
}
