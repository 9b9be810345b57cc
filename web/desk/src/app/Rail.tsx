import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { useKeys } from '~/keys/keys';

import { Mark } from './Mark';
import { pagesOf } from './pages';
import style from './Rail.module.css';
import { useDesk } from './session';

export function Rail() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { session } = useDesk();
  const pages = pagesOf(session);
  useKeys(
    pages.map(({ key, name, to }) => ({
      keys: `g ${key}`,
      words: t('keys.go', { page: t(`pages.${name}`) }),
      group: 'pages',
      run: () => void navigate({ to }),
    })),
  );
  return (
    <nav className={style.rail} aria-label={t('pages.label')} data-screen-only>
      <a href="#page" className={style.skip}>
        {t('skip')}
      </a>
      <Link to={pages[0]?.to ?? '/'} className={style.mark} aria-label={t('name')}>
        <Mark size={30} />
      </Link>
      {pages.map(({ to, name, icon: Icon, key }) => (
        <Link
          key={name}
          to={to}
          className={style.page}
          activeProps={{ 'data-active': true, 'aria-current': 'page' }}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          title={`${t(`pages.${name}`)} (g ${key})`}
        >
          <Icon size={21} stroke={1.6} aria-hidden />
          {t(`pages.${name}`)}
        </Link>
      ))}
    </nav>
  );
}
