import { useTranslation } from 'react-i18next';

import { dossierEntries, removeItem, removeWork, type Seen } from '~/api/dossiers';
import type { WorkKind } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { FormDialog } from '~/parts/FormDialog';

/** What is to be taken out, and how it is called. */
export interface Removed {
  kind: 'item' | WorkKind;
  seen: Seen;
  what: string;
}

interface Props {
  reference: string;
  removed: Removed | null;
  onClose: () => void;
}

/** Takes something out of a dossier, with a reason. */
export function RemoveDialog({ reference, removed, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  return (
    <FormDialog
      opened={removed !== null}
      onClose={onClose}
      title={t('dossier.removeOf', { what: removed?.what })}
      lead={t('dossier.removeLead')}
      fields={[{ name: 'why', label: t('reason'), kind: 'note' }]}
      confirm={t('dossier.remove')}
      run={async ({ why = '' }) => {
        if (removed?.kind === 'item') await removeItem(client, reference, removed.seen, why);
        else if (removed) await removeWork(client, reference, removed.kind, removed.seen, why);
      }}
      stale={dossierEntries(client)}
      onDone={() => tell.said(t('dossier.removed', { what: removed?.what }))}
    />
  );
}
