import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import { provenance } from '~/api/queries';
import type { Line } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { citation } from '~/logic/cite';

/** Copies the citation of a message; its digest comes with its provenance, whose reading is an act of the audit. */
export function useCite(): (line: Line) => void {
  const { t } = useTranslation();
  const { client, release } = useDesk();
  const cache = useQueryClient();
  const { said, failed } = useTell();
  return useCallback(
    (line) => {
      const copy = async (): Promise<void> => {
        const found = await cache.fetchQuery(provenance(client, line.number));
        await navigator.clipboard.writeText(citation(line, release, found));
        said(t('line.cited', { number: line.number }));
      };
      copy().catch(failed);
    },
    [cache, client, failed, release, said, t],
  );
}
