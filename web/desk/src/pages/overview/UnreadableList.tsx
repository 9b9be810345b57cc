import { Link } from '@tanstack/react-router';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Unreadable } from '~/api/types';
import { Panel } from '~/parts/Blocks';
import { Said } from '~/parts/Said';

import style from './Overview.module.css';

/** What cannot be read and why; each leads to the search that shows it. */
export function UnreadableList({ unreadable }: { unreadable: readonly Unreadable[] }) {
  const { t, i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  const some = unreadable.filter(({ count }) => count > 0);
  if (some.length === 0) return <Panel>{t('overview.allRead')}</Panel>;
  return (
    <Panel>
      <ul className={style.unreadable}>
        {some.map(({ code, words, count, query }) => {
          const content = (
            <>
              <span>
                <Said>{words}</Said>
              </span>
              <span className={style.number}>{format.format(count)}</span>
              {query !== null && <IconArrowRight size={16} aria-hidden />}
            </>
          );
          return (
            <li key={code}>
              {query === null ? (
                <span className={style.reason}>{content}</span>
              ) : (
                <Link to="/search" search={{ q: query }} className={style.reason}>
                  {content}
                </Link>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
