import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { discardPack, packFile } from '~/api/disclosing';
import { dossierEntries } from '~/api/dossiers';
import type { Dossier, MadePack, PackProgress } from '~/api/types';
import { useDesk } from '~/app/session';
import { save } from '~/frame/save';
import { useTell } from '~/frame/useTell';
import { byteSize } from '~/logic/size';
import { asFound } from '~/parts/asFound';
import { Digest } from '~/parts/Digest';
import { Progress } from '~/parts/Progress';
import { Command } from '~/parts/States';

import style from './Disclose.module.css';

const MINUTE = 60;

/** The pack that one asked for: how far it is, or that it waits to be fetched. */
export function PackPanel({ data, pack }: { data: Dossier; pack: PackProgress }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const cache = useQueryClient();
  const tell = useTell();
  const since = useRef(performance.now());
  const anew = (): Promise<void> => cache.invalidateQueries(dossierEntries(client));
  const discard = useMutation({
    mutationFn: () => discardPack(client, data.reference),
    onError: tell.failed,
    onSettled: anew,
  });
  return (
    <div className={style.block} aria-live="polite">
      <h2>{t(pack.made ? 'disclosing.waits' : 'disclosing.making')}</h2>
      <p className={style.quiet}>
        {t('disclosing.for')} <bdi {...asFound}>{pack.to}</bdi>
      </p>
      {pack.made ? (
        <Made made={pack.made} reference={data.reference} onDiscard={() => discard.mutate()} onFetched={anew} />
      ) : (
        <Progress
          words={t(`disclosing.stage.${pack.stage}`)}
          done={pack.done}
          total={pack.total}
          since={since.current}
          onCancel={() => discard.mutate()}
        />
      )}
    </div>
  );
}

interface MadeProps {
  made: MadePack;
  reference: string;
  onDiscard: () => void;
  onFetched: () => Promise<void>;
}

function Made({ made, reference, onDiscard, onFetched }: MadeProps) {
  const { t, i18n } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const file = useMutation({
    mutationFn: () => packFile(client, reference).then(save),
    onSuccess: tell.saved,
    onError: tell.failed,
    onSettled: onFetched,
  });
  return (
    <>
      <p>
        {t('disclosing.waitsLead', {
          size: byteSize(made.size, i18n.language),
          minutes: t('disclosing.minutes', { count: Math.round(made.kept / MINUTE) }),
        })}
      </p>
      <span className={style.buttons}>
        <Button
          variant="filled"
          size="sm"
          leftSection={<IconDownload size={16} />}
          loading={file.isPending}
          onClick={() => file.mutate()}
        >
          {t('disclosing.download')}
        </Button>
        <Button size="sm" leftSection={<IconTrash size={16} />} onClick={onDiscard}>
          {t('disclosing.discard')}
        </Button>
      </span>
      <h3>{t('disclosing.contents')}</h3>
      <Digest value={made.contents} what={t('disclosing.contents')} />
      <HowToCheck signer={made.key} />
    </>
  );
}

/** What its receiver types to check a pack, and why the key is handed over in another way. */
export function HowToCheck({ signer }: { signer: string }) {
  const { t } = useTranslation();
  return (
    <>
      <p className={style.quiet}>{t('disclosing.check')}</p>
      <Command text={`underseal verify ${t('disclosing.checkPack')} --key ${signer}`} />
    </>
  );
}
