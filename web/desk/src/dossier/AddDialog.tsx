import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { addItem, dossierEntries, dossiers } from '~/api/dossiers';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { FormDialog, type Values } from '~/parts/FormDialog';

import { linesFault } from './lines';
import { message } from './OpenDialog';
import { putIn } from './putIn';

/** The dossier that something was put into last: the next message is most often of the same. */
let latest = '';

interface Props {
  opened: boolean;
  records: readonly number[];
  onClose: () => void;
}

/** Puts messages into a dossier that is there, and leads to it. */
export function AddDialog({ opened, records, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const navigate = useNavigate();
  const tell = useTell();
  const known = useInfiniteQuery({ ...dossiers(client), enabled: opened });
  const open = (known.data?.pages[0]?.dossiers ?? []).filter((each) => each.open).reverse();
  const run = async (values: Values) => {
    const around = { before: Number(values.before), after: Number(values.after) };
    const reference = values.dossier ?? '';
    const left = await putIn(records, (record) =>
      addItem(client, reference, message(record, around, values.why ?? '')),
    );
    // Where nothing at all could be put in, the form says why.
    if (left.length === records.length) throw left[0];
    latest = reference;
    return { reference, left };
  };
  return (
    <FormDialog
      opened={opened && !known.isPending}
      onClose={onClose}
      title={t('dossier.add')}
      lead={
        known.isSuccess && open.length === 0 ? t('dossier.noneOpen') : t('dossier.addLead', { count: records.length })
      }
      fields={[
        {
          name: 'dossier',
          label: t('dossier.which'),
          kind: 'choice',
          initial: open.some(({ reference }) => reference === latest) ? latest : (open[0]?.reference ?? ''),
          choices: open.map(({ reference, number, title }) => ({ value: reference, label: `${number} · ${title}` })),
        },
        { name: 'before', label: t('dossier.before'), hint: t('dossier.linesHint'), kind: 'number', initial: '5' },
        { name: 'after', label: t('dossier.after'), kind: 'number', initial: '5' },
        { name: 'why', label: t('dossier.why'), kind: 'note', optional: true },
      ]}
      faults={({ before, after, dossier }) => ({
        before: linesFault(before, t('dossier.linesFault')),
        after: linesFault(after, t('dossier.linesFault')),
        dossier: dossier ? undefined : t('dossier.noneOpen'),
      })}
      confirm={t('dossier.put')}
      run={run}
      stale={dossierEntries(client)}
      onDone={({ reference, left }) => {
        const number = open.find((each) => each.reference === reference)?.number ?? '';
        tell.said(t('dossier.added', { number, count: records.length - left.length }));
        if (left.length > 0) tell.failed(left[0]);
        void navigate({ to: '/dossiers/$dossier', params: { dossier: reference } });
      }}
    />
  );
}
