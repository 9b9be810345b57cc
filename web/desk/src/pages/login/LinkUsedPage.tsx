import { useTranslation } from 'react-i18next';

import { Command } from '~/parts/States';

import { LoginFrame } from '~/frame/LoginFrame';
import style from '~/frame/Login.module.css';

/** A one-time link opens the desk once; here is what to do the second time. */
export function LinkUsedPage() {
  const { t } = useTranslation();
  return (
    <LoginFrame title={t('linkUsed.title')}>
      <div className={style.form}>
        <p>{t('linkUsed.hint')}</p>
        <Command text="underseal serve" />
        <p className={style.note}>{t('linkUsed.stranger')}</p>
      </div>
    </LoginFrame>
  );
}
