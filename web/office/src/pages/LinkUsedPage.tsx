import { useTranslation } from 'react-i18next';

import { LoginFrame } from '~/frame/LoginFrame';
import style from '~/frame/Login.module.css';
import { LinkButton } from '~/parts/LinkButton';
import { Command } from '~/parts/States';

/** A one-time link opens the office once; here is what to do the second time. */
export function LinkUsedPage() {
  const { t } = useTranslation();
  return (
    <LoginFrame title={t('linkUsed.title')}>
      <div className={style.form}>
        <p>{t('linkUsed.hint')}</p>
        <Command text="underseal network serve" />
        <LinkButton to="/sign-in" size="sm">
          {t('linkUsed.login')}
        </LinkButton>
      </div>
    </LoginFrame>
  );
}
