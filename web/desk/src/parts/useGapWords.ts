import { useTranslation } from 'react-i18next';

import type { Gap } from '~/api/types';

/** Says how many messages are missing, and whose. */
export function useGapWords(): (gap: Gap) => string {
  const { t } = useTranslation();
  return ({ missing, sender }) => t('gap.missing', { count: missing, sender: sender.name || sender.account });
}
