import { Link } from '@tanstack/react-router';
import { IconArrowsJoin } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Dossier, Notice } from '~/api/types';
import { asFound } from '~/parts/asFound';
import { IsoTime } from '~/parts/Moment';

import style from './Notices.module.css';

interface Props {
  notices: readonly Notice[];
  /** One's own dossiers by reference, where the page is not about one of them. */
  own?: readonly Dossier[];
}

/** That other dossiers have the same: what, who leads them, and how to reach whoever does. Nothing of their content. */
export function Notices({ notices, own }: Props) {
  const { t } = useTranslation();
  if (notices.length === 0) return null;
  return (
    <section className={style.notices} aria-label={t('notices.title', { count: notices.length })}>
      <header>
        <IconArrowsJoin size={18} stroke={1.6} aria-hidden />
        <h2>{t('notices.title', { count: notices.length })}</h2>
        <p>{t('notices.lead')}</p>
      </header>
      <ul>
        {notices.map((notice) => {
          const yours = own?.find(({ reference }) => reference === notice.dossier);
          return (
            <li key={notice.number}>
              <span>
                {t(`notices.kind.${notice.kind}`)} <bdi {...asFound}>{notice.value}</bdi>{' '}
                {t('notices.led', { lead: notice.lead })}
              </span>
              <span className={style.contact} {...asFound}>
                {notice.contact ? t('notices.contact', { contact: notice.contact }) : t('notices.noContact')}
              </span>
              <span className={style.second}>
                {yours && (
                  <>
                    {t('notices.yours')}{' '}
                    <Link to="/dossiers/$dossier" params={{ dossier: yours.reference }}>
                      {yours.number}
                    </Link>{' '}
                    ·{' '}
                  </>
                )}
                <IsoTime iso={notice.at.iso} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
