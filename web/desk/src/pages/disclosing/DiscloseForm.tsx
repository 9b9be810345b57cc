import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPackageExport } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { disclosurePreview, earlierDisclosures, makePack, packProgress } from '~/api/disclosing';
import { dossierEntries } from '~/api/dossiers';
import { ApiError } from '~/api/errors';
import type { Dossier, ErrorBody, NewPack } from '~/api/types';
import { useDesk } from '~/app/session';
import { FormDialog } from '~/parts/FormDialog';
import { FormError } from '~/parts/States';

import style from './Disclose.module.css';

const FORMS = ['pdf', 'xlsx', 'csv', 'rsmf', 'case', 'ftm', 'graphml'] as const;
const READER = 'reader';

/** Who gets it, in which forms, and since which earlier disclosure; nothing leaves before one has read once more what will. */
export function DiscloseForm({ data, failed }: { data: Dossier; failed: ErrorBody | null }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const { reference } = data;
  const preview = useQuery(disclosurePreview(client, reference)).data;
  const earlier = useQuery(earlierDisclosures(client, reference)).data?.disclosures ?? [];
  const [to, setTo] = useState('');
  const [since, setSince] = useState<string | null>(null);
  const [enclosed, setEnclosed] = useState<string[]>(['pdf', 'csv', READER]);
  const [missing, setMissing] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const made: NewPack = {
    to: to.trim(),
    since: since === null ? null : Number(since),
    forms: FORMS.filter((form) => enclosed.includes(form)),
    reader: preview?.reader === true && enclosed.includes(READER),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(!to.trim());
    setConfirming(Boolean(to.trim()));
  };
  const releases = new Map(
    earlier.flatMap(({ release, to: whom, at }) =>
      release === null ? [] : [[String(release), { whom, at }] as const],
    ),
  );
  return (
    <form className={style.block} onSubmit={submit} noValidate>
      <h2>{t('disclosing.make')}</h2>
      {failed && <FormError error={new ApiError(500, failed)} />}
      <TextInput
        label={t('disclosing.to')}
        description={t('disclosing.toHint')}
        dir="auto"
        maxLength={500}
        autoComplete="off"
        required
        withAsterisk={false}
        error={missing && t('disclosing.toMissing')}
        value={to}
        onChange={(event) => {
          setTo(event.currentTarget.value);
          setMissing(false);
        }}
      />
      {releases.size > 0 && (
        <Select
          label={t('disclosing.since')}
          description={t('disclosing.sinceHint')}
          placeholder={t('disclosing.sinceNone')}
          clearable
          data={[...releases].map(([value, { whom, at }]) => ({
            value,
            label: t('disclosing.sinceOne', { release: value, to: whom, day: at.slice(0, 10) }),
          }))}
          value={since}
          onChange={setSince}
        />
      )}
      <Checkbox.Group label={t('disclosing.forms')} value={enclosed} onChange={setEnclosed}>
        <div className={style.forms}>
          {FORMS.map((form) => (
            <Checkbox key={form} size="xs" value={form} label={t(`disclosing.form.${form}`)} />
          ))}
          <Checkbox
            size="xs"
            value={READER}
            label={t('disclosing.reader')}
            description={preview?.reader === false ? t('disclosing.readerMissing') : undefined}
            disabled={preview?.reader === false}
          />
        </div>
      </Checkbox.Group>
      {preview?.counts.used === 0 && <p className={style.quiet}>{t('disclosing.nothing')}</p>}
      <Button
        type="submit"
        variant="filled"
        size="sm"
        leftSection={<IconPackageExport size={16} />}
        disabled={!preview}
        className={style.start}
      >
        {t('disclosing.disclose')}
      </Button>
      {preview && (
        <Confirm
          data={data}
          counts={preview.counts}
          made={made}
          opened={confirming}
          onClose={() => setConfirming(false)}
        />
      )}
    </form>
  );
}

interface ConfirmProps {
  data: Dossier;
  counts: { used: number; redacted: number; locked: number; unused: number; sensitive: number };
  made: NewPack;
  opened: boolean;
  onClose: () => void;
}

/** Says in words what leaves, and to whom. */
function Confirm({ data, counts, made, opened, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const cache = useQueryClient();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t('disclosing.confirmTitle', { number: data.number, to: made.to })}
      lead={
        <>
          {t('disclosing.confirmUsed', { messages: t('count.messages', { count: counts.used }), to: made.to })}{' '}
          {t('disclosing.confirmRedacted', { count: counts.redacted })}{' '}
          {t('disclosing.confirmListed', { unused: counts.unused, sensitive: counts.sensitive })}{' '}
          {t('disclosing.confirmAudit')}
        </>
      }
      fields={[]}
      confirm={t('disclosing.confirmDo')}
      grave={() => true}
      run={() => makePack(client, data.reference, made)}
      stale={dossierEntries(client)}
      onDone={(pack) => cache.setQueryData(packProgress(client, data.reference).queryKey, pack)}
    />
  );
}
