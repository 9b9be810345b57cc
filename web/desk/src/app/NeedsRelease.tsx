import { IconArchive } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Command, EmptyState } from '~/parts/States';

import { useDesk } from './session';

/** Shows `children` once there is a release; before, says what will be here and the command that fills it. */
export function NeedsRelease({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { release, newer, authority } = useDesk();
  if (release !== null) return children;
  return (
    <EmptyState level={1} icon={IconArchive} title={t('overview.noRelease')}>
      <p>{t(newer === null ? 'needsRelease.hint' : 'needsRelease.newer')}</p>
      {newer === null && (
        <Command text={`underseal intake ${t('overview.emptyOptions', { authority: authority?.number })}`} />
      )}
    </EmptyState>
  );
}
