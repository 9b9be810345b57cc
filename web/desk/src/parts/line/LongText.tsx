import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asFound } from '~/parts/asFound';

import style from './LongText.module.css';

/** From this many characters or lines on, a message is shown folded. Nothing is cut: it prints whole. */
const LONG = 1400;
const MANY_LINES = 24;

export function LongText({ text, children }: { text: string; children: ReactNode }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const long = text.length > LONG || text.split('\n', MANY_LINES + 1).length > MANY_LINES;
  return (
    <>
      <p className={style.text} {...asFound} data-folded={long && !open}>
        {children}
      </p>
      {long && (
        <button
          type="button"
          className={style.more}
          data-opens
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          data-screen-only
        >
          {open ? t('line.fold') : t('line.unfold', { characters: [...text].length })}
        </button>
      )}
    </>
  );
}
