import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import style from './Blocks.module.css';

/** A surface with an edge on the canvas of a page. */
export function Panel({ children }: { children: ReactNode }) {
  return <div className={style.panel}>{children}</div>;
}

/** Two sections beside each other where there is room. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={style.columns}>{children}</div>;
}

interface Sum {
  words: string;
  value: number;
  /** The query that finds what was counted. */
  query?: string;
}

/** The few numbers that a page begins with; each leads to what it counts, where that can be searched for. */
export function Sums({ sums }: { sums: readonly Sum[] }) {
  const { i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  return (
    <dl className={style.sums}>
      {sums.map(({ words, value, query }) => (
        <div key={words}>
          <dt>{words}</dt>
          <dd>
            {query === undefined || value === 0 ? (
              format.format(value)
            ) : (
              <Link to="/search" search={{ q: query }}>
                {format.format(value)}
              </Link>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
