import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { decideSource, dossierEntries, previewExclusion } from '~/api/dossiers';
import type { Exclusion, ExclusionPreview } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { asFound } from '~/parts/asFound';
import { type Field, FormDialog } from '~/parts/FormDialog';

import style from './Exclusions.module.css';

const KINDS = ['exhibit', 'conversation', 'account', 'record', 'document'] as const;

/** How many dossiers are named; the others are counted. */
const NAMED = 8;

/** What every decision of a judge says. */
export const decisionFields = (t: TFunction): Field[] => [
  { name: 'decision', label: t('exclusions.decisionNumber'), hint: t('exclusions.decisionHint') },
  { name: 'judge', label: t('exclusions.judge') },
  { name: 'why', label: t('reason'), kind: 'note' },
];

/** Names a source, shows what its exclusion would mark, and enters the decision then. */
export function ExcludeDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { client } = useDesk();
  const { t } = useTranslation();
  const [found, setFound] = useState<ExclusionPreview | null>(null);
  return (
    <>
      <FormDialog
        opened={opened}
        onClose={onClose}
        title={t('exclusions.add')}
        lead={t('exclusions.addLead')}
        fields={[
          {
            name: 'source',
            label: t('exclusions.kind'),
            kind: 'choice',
            initial: 'exhibit',
            choices: KINDS.map((value) => ({ value, label: t(`exclusions.kinds.${value}`) })),
          },
          {
            name: 'value',
            label: t('exclusions.which'),
            hint: ({ source }) => t(`exclusions.hints.${source as Exclusion['source']}`),
          },
        ]}
        confirm={t('exclusions.look')}
        run={({ source = '', value = '' }) => previewExclusion(client, source, value.trim())}
        onDone={setFound}
      />
      {found && <DecisionDialog found={found} onClose={() => setFound(null)} />}
    </>
  );
}

/** What would be marked stands before one's eyes while the decision is entered. */
function DecisionDialog({ found, onClose }: { found: ExclusionPreview; onClose: () => void }) {
  const { client } = useDesk();
  const { t } = useTranslation();
  const tell = useTell();
  const which = `${t(`exclusions.kinds.${found.source}`)} ${found.value}`;
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t('exclusions.excludeOf', { which })}
      lead={<Effect found={found} />}
      fields={decisionFields(t)}
      confirm={t('exclusions.exclude')}
      grave={() => true}
      run={({ decision = '', judge = '', why = '' }) =>
        decideSource(client, true, { source: found.source, value: found.value, decision, judge, why })
      }
      stale={dossierEntries(client)}
      onDone={({ value }) => tell.said(t('exclusions.done', { value }))}
    />
  );
}

function Effect({ found: { messages, dossiers, attributions } }: { found: ExclusionPreview }) {
  const { t } = useTranslation();
  return (
    <span className={style.effect}>
      <strong>{t('exclusions.would')}</strong>
      <span>{t('exclusions.messages', { count: messages })}</span>
      <span>{t('exclusions.attributions', { count: attributions.length })}</span>
      <span>{t('exclusions.dossiers', { count: dossiers.length })}</span>
      {dossiers.slice(0, NAMED).map(({ reference, number, title, items }) => (
        <span key={reference} className={style.touched}>
          <Link to="/dossiers/$dossier" params={{ dossier: reference }}>
            {number}
          </Link>{' '}
          <bdi {...asFound}>{title}</bdi>: {t('exclusions.items', { count: items })}
        </span>
      ))}
      {dossiers.length > NAMED && (
        <span className={style.touched}>{t('exclusions.others', { count: dossiers.length - NAMED })}</span>
      )}
      <span>{t('exclusions.wouldNote')}</span>
    </span>
  );
}
