import { useQuery } from '@tanstack/react-query';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { packProgress } from '~/api/disclosing';
import type { Dossier } from '~/api/types';
import { discloses } from '~/app/pages';
import { useDesk } from '~/app/session';
import { asFound } from '~/parts/asFound';
import { ErrorState } from '~/parts/States';

import style from './Disclose.module.css';
import { DiscloseForm } from './DiscloseForm';
import { Earlier } from './Earlier';
import { PackPanel } from './PackPanel';
import { WhatLeaves } from './WhatLeaves';

/** What leaves the house, to whom, and what left it before. */
export function Leaving({ data }: { data: Dossier }) {
  const { t } = useTranslation();
  const { session } = useDesk();
  return (
    <section className={style.right} aria-label={t('disclosing.leaving')} data-screen-only>
      <WhatLeaves reference={data.reference} />
      {discloses(session) ? (
        <Making data={data} />
      ) : (
        <p className={style.notice}>
          <IconLock size={16} aria-hidden />
          <span>{t('disclosing.notYours')}</span>
        </p>
      )}
      <Earlier reference={data.reference} />
    </section>
  );
}

/** The form where there is no pack; else how far it is, or where it waits. */
function Making({ data }: { data: Dossier }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const { data: pack, error, refetch } = useQuery(packProgress(client, data.reference));
  if (!pack) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null;
  if (pack.state === 'making' || pack.state === 'made') return <PackPanel data={data} pack={pack} />;
  if (pack.state === 'others') {
    return (
      <p className={style.notice} role="status">
        <IconLock size={16} aria-hidden />
        <span>
          <bdi {...asFound}>{pack.by}</bdi> {t('disclosing.others')}
        </span>
      </p>
    );
  }
  return <DiscloseForm data={data} failed={pack.error ?? null} />;
}
