import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { asFound } from './asFound';
import style from './PageFrame.module.css';

/** A page of ordinary width that scrolls as one: title, what can be done, content. */
export function PageFrame(props: {
  title: string;
  /** The title is what a person wrote. */
  written?: boolean;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useTitle(props.title);
  return (
    <div className={style.frame}>
      <header className={style.head}>
        <div className={style.title}>
          <h1 {...(props.written && asFound)}>{props.title}</h1>
          {props.lead && <p className={style.lead}>{props.lead}</p>}
        </div>
        {props.actions && <div className={style.actions}>{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

/** A part of a page with a heading of its own. */
export function Section(props: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={style.section}>
      <header className={style.sectionHead}>
        <h2>{props.title}</h2>
        {props.note && <span className={style.note}>{props.note}</span>}
      </header>
      {props.children}
    </section>
  );
}

/** Names the tab after the page. */
export function useTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = title ? t('title', { page: title }) : t('name');
  }, [title, t]);
}
