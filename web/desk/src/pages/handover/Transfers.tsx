import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { IconArrowBackUp, IconArrowsExchange, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossierEntries, dossiers } from '~/api/dossiers';
import { offerDossier, transferDocument, transfers, withdrawOffer } from '~/api/handover';
import type { Dossier, DossierTransfer } from '~/api/types';
import { useDesk } from '~/app/session';
import { save } from '~/frame/save';
import { useTell } from '~/frame/useTell';
import { asFound } from '~/parts/asFound';
import { FormDialog } from '~/parts/FormDialog';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';

import style from './HandOver.module.css';

/** The transfers of a dossier to other districts: what is offered now, and what came of earlier offers. */
export function Transfers({ data, writes }: { data: Dossier; writes: boolean }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const answer = useQuery(transfers(client, data.reference));
  const [dialog, setDialog] = useState<'offer' | 'withdraw' | null>(null);
  const file = useMutation({
    mutationFn: () => transferDocument(client, data.reference).then(save),
    onSuccess: tell.saved,
    onError: tell.failed,
  });
  const found = answer.data ?? [];
  const open = found.at(-1)?.state === 'offered';
  const offering = writes && data.open && !open && (
    <Button size="sm" leftSection={<IconArrowsExchange size={16} />} onClick={() => setDialog('offer')}>
      {t('handover.offer')}
    </Button>
  );
  return (
    <Section title={t('handover.transfer')} note={t('handover.transferNote')}>
      {answer.isPending && <RowSkeletons count={2} />}
      {answer.isError && !answer.data && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data && (
        <>
          {found.length === 0 && (
            <EmptyState icon={IconArrowsExchange} title={t('handover.noTransfer')}>
              <p>{t('handover.noTransferHint')}</p>
              {offering}
            </EmptyState>
          )}
          {found.length > 0 && (
            <Table
              columns={[
                t('handover.to'),
                t('handover.basis'),
                t('handover.offered'),
                t('handover.state'),
                t('handover.number'),
              ]}
            >
              {found.map((each) => (
                <Row key={each.offered_at.iso} transfer={each} />
              ))}
            </Table>
          )}
          <div className={style.actions} data-screen-only>
            {found.length > 0 && offering}
            {writes && open && (
              <Button size="sm" leftSection={<IconArrowBackUp size={16} />} onClick={() => setDialog('withdraw')}>
                {t('handover.withdraw')}
              </Button>
            )}
            {found.some(({ signed }) => signed) && (
              <Button
                size="sm"
                leftSection={<IconDownload size={16} />}
                loading={file.isPending}
                onClick={() => file.mutate()}
              >
                {t('handover.document')}
              </Button>
            )}
          </div>
        </>
      )}
      <OfferDialog data={data} opened={dialog === 'offer'} onClose={() => setDialog(null)} />
      <FormDialog
        opened={dialog === 'withdraw'}
        onClose={() => setDialog(null)}
        title={t('handover.withdraw')}
        lead={t('handover.withdrawLead')}
        fields={[{ name: 'why', label: t('reason') }]}
        confirm={t('handover.withdraw')}
        run={({ why = '' }) => withdrawOffer(client, data.reference, why)}
        stale={dossierEntries(client)}
        onDone={() => tell.said(t('handover.withdrawn'))}
      />
    </Section>
  );
}

function Row({ transfer }: { transfer: DossierTransfer }) {
  const { t } = useTranslation();
  const { state, district, lead, basis, why, offered_by, offered_at, ended_by, ended_at, reason } = transfer;
  return (
    <tr>
      <td>
        {district} · <bdi {...asFound}>{lead}</bdi>
      </td>
      <td className={style.words}>
        <bdi {...asFound}>{basis}</bdi>
        <p className={style.quiet} {...asFound}>
          {why}
        </p>
      </td>
      <td>
        <bdi {...asFound}>{offered_by}</bdi>
        <p className={style.quiet}>
          <IsoTime iso={offered_at.iso} />
        </p>
      </td>
      <td className={style.words}>
        {t(`handover.states.${state}`)}
        {ended_at && (
          <p className={style.quiet}>
            <bdi {...asFound}>{ended_by}</bdi> <IsoTime iso={ended_at.iso} />
          </p>
        )}
        {reason && <p {...asFound}>{reason}</p>}
      </td>
      <td>
        {transfer.new_number && (
          <span className={style.number} translate="no">
            <code>{transfer.old_number}</code> → <code>{transfer.new_number}</code>
          </span>
        )}
      </td>
    </tr>
  );
}

function OfferDialog({ data, opened, onClose }: { data: Dossier; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const known = useInfiniteQuery({ ...dossiers(client), enabled: opened });
  const others = (known.data?.pages[0]?.districts ?? []).filter(({ name }) => name !== data.district);
  return (
    <FormDialog
      // What is offered is known when the form is drawn.
      opened={opened && !known.isPending}
      onClose={onClose}
      title={t('handover.offer')}
      lead={t('handover.offerLead')}
      fields={[
        {
          name: 'district',
          label: t('dossier.district'),
          kind: 'choice',
          initial: others[0]?.short ?? '',
          choices: others.map(({ short, name }) => ({ value: short, label: `${short} · ${name}` })),
        },
        { name: 'lead', label: t('handover.lead'), hint: t('handover.leadHint') },
        { name: 'basis', label: t('handover.basis') },
        { name: 'why', label: t('reason'), hint: t('handover.whyHint') },
        { name: 'keep', label: t('handover.keep'), hint: t('handover.keepHint'), optional: true },
      ]}
      confirm={t('handover.offer')}
      run={({ district = '', lead = '', basis = '', why = '', keep = '' }) =>
        offerDossier(client, data.reference, {
          district,
          lead,
          basis,
          why,
          keep: keep.split(/[\s,;]+/u).filter(Boolean),
        })
      }
      stale={dossierEntries(client)}
      onDone={({ lead }) => tell.said(t('handover.offeredTo', { lead }))}
    />
  );
}
