import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossierEntries, raiseAlert } from '~/api/dossiers';
import type { Dossier, Threat } from '~/api/types';
import { codes } from '~/app/pages';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { FormDialog } from '~/parts/FormDialog';
import { Section } from '~/parts/PageFrame';

import { ThreatCard } from './ThreatCard';
import style from './Threats.module.css';

/** The threats to life of one dossier. */
export function DossierThreats({ data, threats }: { data: Dossier; threats: readonly Threat[] }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const tell = useTell();
  const [raising, setRaising] = useState(false);
  return (
    <Section id="threats" title={t('threats.title')}>
      {data.open && codes(session) && (
        <div data-screen-only>
          <Button leftSection={<IconAlertTriangle size={14} />} onClick={() => setRaising(true)}>
            {t('threats.alert')}
          </Button>
        </div>
      )}
      {threats.length === 0 && <p className={style.quiet}>{t('threats.none')}</p>}
      <div className={style.threats}>
        {threats.map((threat) => (
          <ThreatCard key={threat.id} threat={threat} open={data.open} named={false} />
        ))}
      </div>
      <FormDialog
        opened={raising}
        onClose={() => setRaising(false)}
        title={t('threats.alert')}
        lead={t('threats.alertLead')}
        fields={[{ name: 'words', label: t('threats.alertWords'), kind: 'note' }]}
        confirm={t('threats.alert')}
        run={({ words = '' }) => raiseAlert(client, data.reference, words)}
        stale={dossierEntries(client)}
        onDone={() => tell.said(t('threats.raised'))}
      />
    </Section>
  );
}
