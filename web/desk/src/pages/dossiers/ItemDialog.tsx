import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { changeItem, dossierEntries, items } from '~/api/dossiers';
import type { DossierItem } from '~/api/types';
import { useDesk } from '~/app/session';
import { linesFault } from '~/dossier/lines';
import { FormDialog, type Values } from '~/parts/FormDialog';

interface Props {
  reference: string;
  item: DossierItem | null;
  what: string;
  onClose: () => void;
}

const valuesOf = ({ before, after, why }: DossierItem): Values => ({
  before: String(before),
  after: String(after),
  why,
});

/** Changes how many lines stand around a message, or why something is in the dossier. */
export function ItemDialog({ reference, item, what, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const cache = useQueryClient();
  const message = item?.kind === 'message';
  const initial = item ? valuesOf(item) : {};
  const latest = async () => {
    const all = await cache.fetchQuery({ ...items(client, reference), staleTime: 0 });
    const now = all.find(({ id }) => id === item?.id);
    return { version: now?.version ?? 0, user: now?.changed_by ?? '', values: now ? valuesOf(now) : {} };
  };
  return (
    <FormDialog
      opened={item !== null}
      onClose={onClose}
      title={t('dossier.changeOf', { what })}
      fields={[
        ...(message
          ? ([
              {
                name: 'before',
                label: t('dossier.before'),
                hint: t('dossier.linesHint'),
                kind: 'number',
                initial: initial.before,
              },
              { name: 'after', label: t('dossier.after'), kind: 'number', initial: initial.after },
            ] as const)
          : []),
        { name: 'why', label: t('dossier.why'), kind: 'note', initial: initial.why, optional: true },
      ]}
      faults={({ before, after }) =>
        message
          ? { before: linesFault(before, t('dossier.linesFault')), after: linesFault(after, t('dossier.linesFault')) }
          : {}
      }
      confirm={t('dossier.save')}
      changes={{ version: item?.version ?? 0, latest }}
      run={({ before, after, why = '' }, version) =>
        changeItem(client, reference, item?.id ?? '', {
          before: message ? Number(before) : null,
          after: message ? Number(after) : null,
          why,
          version,
        })
      }
      stale={dossierEntries(client)}
    />
  );
}
