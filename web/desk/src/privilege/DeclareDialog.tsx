import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { declare } from '~/api/queries';
import type { NewDeclaration } from '~/api/types';
import { useDesk } from '~/app/session';
import { decidesPrivilege } from '~/app/pages';
import { useTell } from '~/frame/useTell';
import { FormDialog } from '~/parts/FormDialog';

const PROFESSIONS = ['lawyer', 'doctor', 'journalist', 'other'] as const;

interface Props {
  opened: boolean;
  /** The account that is meant, where one stands at it already. */
  account?: string;
  onClose: () => void;
}

/** Enters what a lawful user declared; their account is withheld at once. */
export function DeclareDialog({ opened, account = '', onClose }: Props) {
  const { t } = useTranslation();
  const { client, session, renew } = useDesk();
  const navigate = useNavigate();
  const tell = useTell();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t('privilege.declare')}
      lead={t('privilege.declareLead')}
      fields={[
        { name: 'account', label: t('accounts.account'), initial: account },
        {
          name: 'profession',
          label: t('privilege.profession'),
          kind: 'choice',
          initial: 'lawyer',
          choices: PROFESSIONS.map((value) => ({ value, label: t(`privilege.professions.${value}`) })),
        },
        { name: 'start', label: t('privilege.from'), hint: t('privilege.periodHint'), optional: true },
        { name: 'end', label: t('privilege.to'), optional: true },
        { name: 'proof', label: t('privilege.proof'), hint: t('privilege.proofHint'), kind: 'note' },
        { name: 'unseen', label: t('privilege.unseen'), hint: t('privilege.unseenHint'), kind: 'box', optional: true },
      ]}
      confirm={t('privilege.declareDo')}
      run={(values) =>
        declare(client, {
          account: values.account ?? '',
          profession: values.profession as NewDeclaration['profession'],
          start: values.start?.trim() || null,
          end: values.end?.trim() || null,
          proof: values.proof ?? '',
          unseen: values.unseen === 'yes',
        })
      }
      onDone={({ number }) => {
        tell.said(t('privilege.declared', { number }));
        // What stood here is withheld now, but from the filter team.
        if (!decidesPrivilege(session)) void navigate({ to: '/accounts' });
        renew();
      }}
    />
  );
}
