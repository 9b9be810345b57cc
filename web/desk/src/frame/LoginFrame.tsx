import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Mark } from '~/frame/Mark';
import { useTitle } from '~/parts/PageFrame';

import style from './Login.module.css';

/** The door: the mark, one thing to do. */
export function LoginFrame({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  useTitle(title);
  return (
    <main className={style.page}>
      <div className={style.name}>
        <Mark size={34} />
        {t('name')}
      </div>
      <section className={style.card}>
        <h1>{title}</h1>
        {children}
      </section>
    </main>
  );
}
