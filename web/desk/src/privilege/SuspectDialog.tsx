import { useTranslation } from 'react-i18next';

import { suspect } from '~/api/queries';
import { decidesPrivilege } from '~/app/pages';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { FormDialog } from '~/parts/FormDialog';

interface Props {
  opened: boolean;
  /** Record of the message that looks privileged. */
  record: number;
  onClose: () => void;
  /** Told when it is withheld; what shows it has to go. */
  onWithheld: () => void;
}

/** Says that a message looks privileged: it is gone at once, for whoever said so as well. */
export function SuspectDialog({ opened, record, onClose, onWithheld }: Props) {
  const { t } = useTranslation();
  const { client, session, renew } = useDesk();
  const tell = useTell();
  const team = decidesPrivilege(session);
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t('privilege.suspectOf', { number: record })}
      lead={t(team ? 'privilege.suspectLeadTeam' : 'privilege.suspectLead')}
      fields={[{ name: 'why', label: t('reason'), hint: t('privilege.suspectHint'), kind: 'note' }]}
      confirm={t('privilege.suspectDo')}
      run={({ why = '' }) => suspect(client, { record, why, account: '', conversation: '' })}
      onDone={() => {
        tell.said(t(team ? 'privilege.suspectedTeam' : 'privilege.suspected', { number: record }));
        onWithheld();
        renew();
      }}
    />
  );
}
