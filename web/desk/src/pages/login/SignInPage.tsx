import { useTranslation } from 'react-i18next';

import { SignIn } from '~/frame/SignIn';
import { Command } from '~/parts/States';

/** For named users; who works alone is shown the way to a new one-time link. */
export function SignInPage() {
  const { t } = useTranslation();
  return (
    <SignIn title={t('login.title')}>
      <h2>{t('login.aloneTitle')}</h2>
      <p>{t('login.aloneHint')}</p>
      <Command text="underseal serve" />
    </SignIn>
  );
}
