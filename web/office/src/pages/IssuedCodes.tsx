import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { IconAlertTriangle, IconCheck, IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { save } from '~/frame/save';
import { useTell } from '~/frame/useTell';
import { IsoTime } from '~/parts/Moment';

import type { Batch } from '@/api/types';
import { useOffice } from '@/app/office';
import { FormDialog } from '@/parts/FormDialog';

import style from './IssuedCodes.module.css';

/** Codes that exist nowhere but on this page: to be copied, printed or saved before they leave it. */
export function IssuedCodes({ batch, onKept }: { batch: Batch; onKept: () => void }) {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    const hold = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', hold);
    return () => removeEventListener('beforeunload', hold);
  }, []);
  return (
    <section className={style.issued} aria-labelledby="issued">
      <div className={style.warning}>
        <IconAlertTriangle size={20} stroke={1.5} aria-hidden />
        <div>
          <h2 id="issued">{t('codes.shown', { count: batch.codes.length })}</h2>
          <p data-screen-only>{t('codes.shownHint', { batch: batch.number })}</p>
          <p className={style.about}>
            <bdi>{batch.product}</bdi> · <bdi>{batch.reseller}</bdi> · <IsoTime iso={batch.at} />
          </p>
        </div>
      </div>
      <Tools batch={batch} onKept={() => setLeaving(true)} />
      <ol className={style.codes} tabIndex={0} aria-label={t('pages.codes')}>
        {batch.codes.map(({ serial, code }) => (
          <li key={serial}>
            <span>{serial}</span>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <FormDialog
        opened={leaving}
        onClose={() => setLeaving(false)}
        title={t('codes.kept')}
        lead={t('codes.keptLead')}
        fields={[]}
        confirm={t('codes.kept')}
        run={() => Promise.resolve()}
        onDone={onKept}
      />
    </section>
  );
}

function Tools({ batch, onKept }: { batch: Batch; onKept: () => void }) {
  const { t } = useTranslation();
  const { client, at } = useOffice();
  const clipboard = useClipboard({ timeout: 2000 });
  const tell = useTell();
  const codes = batch.codes.map(({ code }) => code);
  const sheet = useMutation({
    mutationFn: () => client.made(`${at('batches')}/sheet`, { batch: batch.number, codes }, 'codes.pdf').then(save),
    onSuccess: tell.saved,
    onError: tell.failed,
  });
  return (
    <div className={style.tools} data-screen-only>
      <Button
        variant="filled"
        size="sm"
        leftSection={<IconDownload size={15} />}
        loading={sheet.isPending}
        onClick={() => sheet.mutate()}
      >
        {t('codes.sheet')}
      </Button>
      <Button size="sm" leftSection={<IconPrinter size={15} />} onClick={() => print()}>
        {t('codes.print')}
      </Button>
      <Button
        size="sm"
        leftSection={clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
        onClick={() => clipboard.copy(codes.join('\n'))}
      >
        {t(clipboard.copied ? 'codes.copied' : 'codes.copyAll')}
      </Button>
      <Button size="sm" onClick={onKept}>
        {t('codes.kept')}
      </Button>
    </div>
  );
}
