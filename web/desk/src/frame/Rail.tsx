import type { TablerIcon } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { useKeys } from '~/keys/keys';

import { Mark } from './Mark';
import style from './Rail.module.css';

/** A page of the rail: where it is, what it is called, and the key that follows "g". */
export interface RailPage {
  to: string;
  label: string;
  icon: TablerIcon;
  key: string;
}

interface Props {
  /** The application; its mark leads to the first page. */
  name: string;
  label: string;
  pages: readonly RailPage[];
  className?: string;
}

/** The pages that somebody has, at the edge of the frame. */
export function Rail({ name, label, pages, className }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useKeys(
    pages.map(({ key, label: page, to }) => ({
      keys: `g ${key}`,
      words: t('keys.go', { page }),
      group: 'pages',
      run: () => void navigate({ to }),
    })),
  );
  return (
    <nav className={`${style.rail} ${className ?? ''}`} aria-label={label} data-screen-only>
      <a href="#page" className={style.skip}>
        {t('skip')}
      </a>
      <Link to={pages[0]?.to ?? '/'} className={style.mark} aria-label={name}>
        <Mark size={30} />
      </Link>
      {pages.map(({ to, label: page, icon: Icon, key }) => (
        <Link
          key={to}
          to={to}
          className={style.page}
          activeProps={{ 'data-active': true, 'aria-current': 'page' }}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          title={`${page} (g ${key})`}
        >
          <Icon size={21} stroke={1.6} aria-hidden />
          {page}
        </Link>
      ))}
    </nav>
  );
}
