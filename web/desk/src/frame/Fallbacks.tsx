import { IconMapOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { LinkButton } from '~/parts/LinkButton';
import { CardSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';

export function PageError({ error, reset }: { error: unknown; reset: () => void }) {
  return <ErrorState error={error} onRetry={reset} />;
}

export function PagePending() {
  return (
    <div style={{ padding: 32 }}>
      <CardSkeletons />
    </div>
  );
}

/** Outside of every page: there is no frame around it. */
export function NoSuchPage() {
  return (
    <main>
      <NotFound />
    </main>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState level={1} icon={IconMapOff} title={t('notFound.title')}>
      <p>{t('notFound.hint')}</p>
      <LinkButton to="/">{t('notFound.home')}</LinkButton>
    </EmptyState>
  );
}
