import { Link } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';

import type { Dossier } from '~/api/types';
import { asFound } from '~/parts/asFound';

import style from './BackLink.module.css';

/** Leads back to the dossier that a page is about. */
export function BackLink({ dossier }: { dossier: Pick<Dossier, 'reference' | 'number' | 'title'> }) {
  return (
    <Link to="/dossiers/$dossier" params={{ dossier: dossier.reference }} className={style.back}>
      <IconArrowLeft size={15} aria-hidden />
      <code translate="no">{dossier.number}</code> <bdi {...asFound}>{dossier.title}</bdi>
    </Link>
  );
}
