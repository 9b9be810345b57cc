import { useTranslation } from 'react-i18next';

import { giveBack, holdBack, redact, takeBack } from '~/api/disclosing';
import { dossierEntries } from '~/api/dossiers';
import type { Redactable } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { FormDialog } from '~/parts/FormDialog';

export const REDACTABLE: readonly Redactable[] = ['text', 'media', 'sender', 'recipients', 'conversation', 'message'];

/** An act on what is held back of a message; each is undone by its opposite, with a reason of its own. */
export type Hold =
  | { act: 'redact' | 'hold' | 'give'; record: number }
  | { act: 'show'; record: number; field: Redactable };

interface Props {
  reference: string;
  hold: Hold | null;
  onClose: () => void;
}

/** Holds something back, or no longer, for a reason that the receiver reads. */
export function HoldDialog({ reference, hold, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  if (hold === null) return null;
  const { act, record } = hold;
  const part = act === 'show' ? t(`disclosing.part.${hold.field}`) : '';
  const run = ({ field = 'text', why = '' }): Promise<void> => {
    if (act === 'redact') return redact(client, reference, { record, field: field as Redactable, why });
    if (act === 'show') return takeBack(client, reference, { record, field: hold.field, why });
    return (act === 'hold' ? holdBack : giveBack)(client, reference, { record, why });
  };
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t(`disclosing.act.${act}`, { record, part })}
      lead={t(`disclosing.lead.${act}`)}
      fields={[
        ...(act === 'redact'
          ? [
              {
                name: 'field',
                label: t('disclosing.which'),
                kind: 'choice' as const,
                initial: 'text',
                choices: REDACTABLE.map((value) => ({ value, label: t(`disclosing.part.${value}`) })),
              },
            ]
          : []),
        {
          name: 'why',
          label: t('reason'),
          hint: act === 'redact' || act === 'hold' ? t('disclosing.told') : undefined,
        },
      ]}
      confirm={t(`disclosing.confirm.${act}`)}
      run={run}
      stale={dossierEntries(client)}
      onDone={() => tell.said(t(`disclosing.done.${act}`, { record, part }))}
    />
  );
}
