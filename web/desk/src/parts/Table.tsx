import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

import style from './Table.module.css';

interface Column {
  words: string;
  /** Numbers stand at the end of their cell, below each other. */
  number?: boolean;
  /** Only for those who do not see what the column holds. */
  hidden?: boolean;
}

/** A table whose width is never cut: what does not fit scrolls inside its frame. `children` are its rows. */
export function Table({ columns, children }: { columns: readonly (string | Column)[]; children: ReactNode }) {
  return (
    <div className={style.scroll}>
      <table className={style.table}>
        <thead>
          <tr>
            {columns
              .map((column): Column => (typeof column === 'string' ? { words: column } : column))
              .map(({ words, number, hidden }) => (
                <th key={words} data-number={number}>
                  {hidden ? <VisuallyHidden>{words}</VisuallyHidden> : words}
                </th>
              ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
