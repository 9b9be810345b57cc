import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconPackage } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossierEntries } from '~/api/dossiers';
import { confirmRecall, packages, recallNotice, recallPackage } from '~/api/handover';
import type { Dossier, SentPackage } from '~/api/types';
import { useDesk } from '~/app/session';
import { save } from '~/frame/save';
import { useTell } from '~/frame/useTell';
import { asFound } from '~/parts/asFound';
import { FormDialog } from '~/parts/FormDialog';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { RowSkeletons } from '~/parts/Skeletons';
import { Command, EmptyState, ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';

import style from './HandOver.module.css';

type Acting = { sent: SentPackage; act: 'recall' | 'confirm' } | null;

/** The packages that were sent of a dossier: to whom, on what basis, and what came of them. */
export function Packages({ data, writes }: { data: Dossier; writes: boolean }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(packages(client, data.reference));
  const [acting, setActing] = useState<Acting>(null);
  return (
    <Section title={t('handover.packages')} note={t('handover.packagesNote')}>
      {answer.isPending && <RowSkeletons count={2} />}
      {answer.isError && !answer.data && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.length === 0 && (
        <EmptyState icon={IconPackage} title={t('handover.noPackage')}>
          <p>{t('handover.noPackageHint')}</p>
          <Command text={`underseal dossier package ${data.number} --to NAME --basis "..." --out FILE`} />
        </EmptyState>
      )}
      {answer.data && answer.data.length > 0 && (
        <Table
          columns={[
            t('handover.package'),
            t('handover.to'),
            t('handover.handling'),
            t('handover.state'),
            { words: t('handover.actions'), hidden: true },
          ]}
        >
          {answer.data.map((sent) => (
            <Row key={sent.number} sent={sent} writes={writes} onAct={(act) => setActing({ sent, act })} />
          ))}
        </Table>
      )}
      {acting?.act === 'recall' && <RecallDialog sent={acting.sent} onClose={() => setActing(null)} />}
      {acting?.act === 'confirm' && <ConfirmDialog sent={acting.sent} onClose={() => setActing(null)} />}
    </Section>
  );
}

interface RowProps {
  sent: SentPackage;
  writes: boolean;
  onAct: (act: 'recall' | 'confirm') => void;
}

function Row({ sent, writes, onAct }: RowProps) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const notice = useMutation({
    mutationFn: () => recallNotice(client, sent).then(save),
    onSuccess: tell.saved,
    onError: tell.failed,
  });
  return (
    <tr>
      <td>
        <code className={style.number} translate="no">
          {sent.number}
        </code>
        <p className={style.quiet}>{t('count.messages', { count: sent.count })}</p>
      </td>
      <td className={style.words}>
        <bdi {...asFound}>{sent.to}</bdi>
        <p className={style.quiet} {...asFound}>
          {sent.basis}
        </p>
      </td>
      <td className={style.words}>
        <span translate="no">{sent.handling.join(', ')}</span>
        {sent.note && (
          <p className={style.quiet} {...asFound}>
            {sent.note}
          </p>
        )}
        {sent.expires && (
          <p className={style.quiet}>
            {t('handover.until')} <IsoTime iso={sent.expires} />
          </p>
        )}
      </td>
      <td className={style.words}>
        <Steps sent={sent} />
      </td>
      <td>
        <span className={style.actions} data-screen-only>
          {writes && sent.state === 'sent' && (
            <Button size="compact-xs" onClick={() => onAct('recall')}>
              {t('handover.recall')}
            </Button>
          )}
          {sent.state !== 'sent' && (
            <Button size="compact-xs" loading={notice.isPending} onClick={() => notice.mutate()}>
              {t('handover.notice')}
            </Button>
          )}
          {writes && sent.state === 'recalled' && (
            <Button size="compact-xs" onClick={() => onAct('confirm')}>
              {t('handover.confirm')}
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}

/** What came of a package, step by step, each with who and when. */
function Steps({ sent }: { sent: SentPackage }) {
  const { t } = useTranslation();
  const confirmed = sent.words || (sent.signer && t('handover.signed', { key: sent.signer.slice(0, 16) }));
  return (
    <ul className={style.steps}>
      <Step words={t('handover.packageStates.sent')} user={sent.sent_by} at={sent.sent_at.iso} more="" />
      {sent.recalled_at && (
        <Step
          words={t('handover.packageStates.recalled')}
          user={sent.recalled_by}
          at={sent.recalled_at.iso}
          more={sent.why}
        />
      )}
      {sent.confirmed_at && (
        <Step
          words={t('handover.packageStates.confirmed')}
          user={sent.confirmed_by}
          at={sent.confirmed_at.iso}
          more={confirmed}
        />
      )}
      {sent.excluded.length > 0 && sent.state === 'sent' && (
        <li className={style.ask}>
          <IconAlertTriangle size={14} aria-hidden />{' '}
          <bdi {...asFound}>{t('handover.askRecall', { decisions: sent.excluded.join(', ') })}</bdi>
        </li>
      )}
    </ul>
  );
}

function Step({ words, user, at, more }: { words: string; user: string; at: string; more: string }) {
  return (
    <li>
      {words} · <bdi {...asFound}>{user}</bdi>
      <p className={style.quiet}>
        <IsoTime iso={at} />
      </p>
      {more && (
        <p className={style.quiet} {...asFound}>
          {more}
        </p>
      )}
    </li>
  );
}

function RecallDialog({ sent, onClose }: { sent: SentPackage; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t('handover.recallOne', { number: sent.number })}
      lead={t('handover.recallLead', { to: sent.to })}
      fields={[{ name: 'why', label: t('reason') }]}
      confirm={t('handover.recall')}
      run={({ why = '' }) => recallPackage(client, sent, why)}
      stale={dossierEntries(client)}
      onDone={() => tell.said(t('handover.recalled', { number: sent.number }))}
    />
  );
}

function ConfirmDialog({ sent, onClose }: { sent: SentPackage; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t('handover.confirmOne', { number: sent.number })}
      lead={t('handover.confirmLead')}
      fields={[
        { name: 'words', label: t('handover.confirmWords'), hint: t('handover.confirmWordsHint'), optional: true },
        {
          name: 'document',
          label: t('handover.confirmFile'),
          hint: t('handover.confirmFileHint'),
          kind: 'note',
          optional: true,
        },
        { name: 'key', label: t('handover.confirmKey'), hint: t('handover.confirmKeyHint'), optional: true },
      ]}
      confirm={t('handover.confirm')}
      run={({ words = '', document = '', key = '' }) =>
        confirmRecall(client, sent, { words, document: document.trim(), key: key.trim() })
      }
      stale={dossierEntries(client)}
      onDone={() => tell.said(t('handover.confirmed', { number: sent.number }))}
    />
  );
}
