import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossierEntries } from '~/api/dossiers';
import { acceptOffer, offers, refuseOffer } from '~/api/handover';
import type { DossierOffer } from '~/api/types';
import { keepsDossiers } from '~/app/pages';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { asFound } from '~/parts/asFound';
import { FormDialog } from '~/parts/FormDialog';
import { IsoTime } from '~/parts/Moment';

import style from './Notices.module.css';

type Answering = { offer: DossierOffer; accepts: boolean } | null;

/** Dossiers that are offered to whoever reads: what an offer shows, and the two answers to it. */
export function Offers() {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const made = useQuery(offers(client));
  const [answering, setAnswering] = useState<Answering>(null);
  const found = made.data ?? [];
  if (found.length === 0) return null;
  return (
    <section className={style.notices} aria-label={t('offers.title', { count: found.length })}>
      <header>
        <IconArrowsExchange size={18} stroke={1.6} aria-hidden />
        <h2>{t('offers.title', { count: found.length })}</h2>
        <p>{t('offers.lead')}</p>
      </header>
      <ul>
        {found.map((offer) => (
          <li key={offer.reference}>
            <span>
              <strong {...asFound}>{offer.title}</strong> <code translate="no">{offer.number}</code> ·{' '}
              <span {...asFound}>{offer.offence}</span>
            </span>
            <span {...asFound}>{t('offers.from', { district: offer.from_district, lead: offer.from_lead })}</span>
            <span {...asFound}>{t('offers.why', { basis: offer.basis, why: offer.why })}</span>
            <span className={style.second}>
              <IsoTime iso={offer.offered_at.iso} />
            </span>
            {keepsDossiers(session) && (
              <span>
                <Button size="compact-xs" variant="filled" onClick={() => setAnswering({ offer, accepts: true })}>
                  {t('offers.accept')}
                </Button>{' '}
                <Button size="compact-xs" onClick={() => setAnswering({ offer, accepts: false })}>
                  {t('offers.refuse')}
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {answering && <AnswerDialog {...answering} onClose={() => setAnswering(null)} />}
    </section>
  );
}

function AnswerDialog({ offer, accepts, onClose }: NonNullable<Answering> & { onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const navigate = useNavigate();
  const tell = useTell();
  const { reference, number } = offer;
  if (accepts)
    return (
      <FormDialog
        opened
        onClose={onClose}
        title={t('offers.acceptOne', { number })}
        lead={t('offers.acceptLead')}
        fields={[{ name: 'contact', label: t('dossier.contact'), hint: t('dossier.contactHint'), optional: true }]}
        confirm={t('offers.accept')}
        run={({ contact = '' }) => acceptOffer(client, reference, contact)}
        stale={dossierEntries(client)}
        onDone={(taken) => {
          tell.said(t('offers.accepted', { old: number, number: taken.number }));
          void navigate({ to: '/dossiers/$dossier', params: { dossier: reference } });
        }}
      />
    );
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t('offers.refuseOne', { number })}
      lead={t('offers.refuseLead')}
      fields={[{ name: 'why', label: t('reason') }]}
      confirm={t('offers.refuse')}
      run={({ why = '' }) => refuseOffer(client, reference, why)}
      stale={dossierEntries(client)}
      onDone={() => tell.said(t('offers.refused', { number }))}
    />
  );
}
