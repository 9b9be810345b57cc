import { IconPackageExport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { LinkButton } from '~/parts/LinkButton';

/** Leads to what would leave a dossier for the defence. */
export function DiscloseLink({ reference }: { reference: string }) {
  const { t } = useTranslation();
  return (
    <LinkButton
      to="/dossiers/$dossier/disclose"
      params={{ dossier: reference }}
      size="sm"
      leftSection={<IconPackageExport size={16} />}
    >
      {t('disclosing.title')}
    </LinkButton>
  );
}
