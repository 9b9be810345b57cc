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

/** A part of a page with a heading of its own; by its id, links lead to it. */
export function Section(props: { id?: string; title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={style.section} id={props.id} tabIndex={props.id === undefined ? undefined : -1}>
      <header className={style.sectionHead}>
        <h2>{props.title}</h2>
        {props.note && <span className={style.note}>{props.note}</span>}
      </header>
      {props.children}
    </section>
  );
}

interface Part {
  id: string;
  words: string;
  /** How much stands there. */
  count?: number;
}

/** The sections of a long page: each leads to its place, and stays in sight. */
export function Parts({ label, parts }: { label: string; parts: readonly Part[] }) {
  const { i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  return (
    <nav className={style.parts} aria-label={label} data-screen-only>
      <ul>
        {parts.map(({ id, words, count }) => (
          <li key={id}>
            <a
              href={`#${id}`}
              onClick={(event) => {
                // The address stays: "back" leads to the page before, not through its parts.
                event.preventDefault();
                const section = document.getElementById(id);
                section?.scrollIntoView({ block: 'start' });
                section?.focus({ preventScroll: true });
              }}
            >
              {words} {count !== undefined && <span>{format.format(count)}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Names the tab after the page. */
export function useTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = title ? t('title', { page: title }) : t('name');
  }, [title, t]);
}
