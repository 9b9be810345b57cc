import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { addItem, dossierEntries, dossiers, openDossier } from '~/api/dossiers';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { FormDialog, type Values } from '~/parts/FormDialog';

import { putIn } from './putIn';
import { linesFault } from './lines';

interface Props {
  opened: boolean;
  /** Records of the messages that it is opened from, in their order; none where one begins with an empty one. */
  records: readonly number[];
  onClose: () => void;
}

/** Opens a dossier, from messages where some were chosen, and leads to it. */
export function OpenDialog({ opened, records, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const navigate = useNavigate();
  const tell = useTell();
  const known = useInfiniteQuery({ ...dossiers(client), enabled: opened });
  const districts = known.data?.pages[0]?.districts ?? [];
  const [first, ...rest] = records;
  const run = async (values: Values) => {
    const around = { before: Number(values.before ?? 0), after: Number(values.after ?? 0) };
    const made = await openDossier(client, {
      title: values.title ?? '',
      offence: values.offence ?? '',
      district: values.district ?? '',
      lead: values.lead?.trim() ?? '',
      contact: values.contact ?? '',
      members: (values.members ?? '').split(/[\s,;]+/u).filter(Boolean),
      parent: values.parent ?? '',
      record: first ?? null,
      ...(first === undefined ? { before: 0, after: 0 } : around),
    });
    const left = await putIn(rest, (record) => addItem(client, made.reference, message(record, around, '')));
    return { made, left };
  };
  return (
    <FormDialog
      // What is offered is known when the form is drawn.
      opened={opened && !known.isPending}
      onClose={onClose}
      title={t('dossier.openOne')}
      lead={
        first === undefined ? t('dossier.openLead') : t('dossier.openFrom', { number: first, count: records.length })
      }
      fields={[
        { name: 'title', label: t('dossier.title') },
        { name: 'offence', label: t('dossier.offence') },
        {
          name: 'district',
          label: t('dossier.district'),
          hint: t('dossier.districtHint'),
          kind: 'choice',
          initial: districts[0]?.short ?? '',
          choices: districts.map(({ short, name }) => ({ value: short, label: `${short} · ${name}` })),
        },
        { name: 'lead', label: t('dossier.lead'), hint: t('dossier.leadHint'), optional: true },
        { name: 'contact', label: t('dossier.contact'), hint: t('dossier.contactHint'), optional: true },
        { name: 'members', label: t('dossier.members'), hint: t('dossier.membersHint'), optional: true },
        { name: 'parent', label: t('dossier.parent'), hint: t('dossier.parentHint'), optional: true },
        ...(first === undefined
          ? []
          : ([
              {
                name: 'before',
                label: t('dossier.before'),
                hint: t('dossier.linesHint'),
                kind: 'number',
                initial: '5',
              },
              { name: 'after', label: t('dossier.after'), kind: 'number', initial: '5' },
            ] as const)),
      ]}
      faults={({ before, after }) =>
        first === undefined
          ? {}
          : { before: linesFault(before, t('dossier.linesFault')), after: linesFault(after, t('dossier.linesFault')) }
      }
      confirm={t('dossier.openOne')}
      run={run}
      stale={dossierEntries(client)}
      onDone={({ made, left }) => {
        tell.said(t('dossier.opened', { number: made.number }));
        if (left.length > 0) tell.failed(left[0]);
        void navigate({ to: '/dossiers/$dossier', params: { dossier: made.reference } });
      }}
    />
  );
}

/** A message as it is put in, with the lines around it. */
export const message = (record: number, around: { before: number; after: number }, why: string) => ({
  kind: 'message' as const,
  record,
  ...around,
  account: '',
  person: '',
  text: '',
  why,
});
