import { useQueries } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { wholeSchedule } from '~/api/disclosing';
import type { Dossier, SensitiveLine, UnusedLine, UsedLine } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { kindWord } from '~/parts/kindWord';
import { PrintHead } from '~/parts/PrintHead';
import { Table } from '~/parts/Table';

import style from './Disclose.module.css';
import { Shown } from './Shown';

/** The three schedules whole, on paper: they are fetched, printed, and gone. */
export function PrintedSchedules({ data, onDone }: { data: Dossier; onDone: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const { reference } = data;
  const once = { staleTime: Infinity, gcTime: 0, retry: false } as const;
  const [used, unused, sensitive] = useQueries({
    queries: [
      { queryKey: ['printed', reference, 'used'], ...once, queryFn: () => wholeSchedule(client, reference, 'used') },
      {
        queryKey: ['printed', reference, 'unused'],
        ...once,
        queryFn: () => wholeSchedule(client, reference, 'unused'),
      },
      {
        queryKey: ['printed', reference, 'sensitive'],
        ...once,
        queryFn: () => wholeSchedule(client, reference, 'sensitive'),
      },
    ],
  });
  const ready = used.data !== undefined && unused.data !== undefined && sensitive.data !== undefined;
  const error = used.error ?? unused.error ?? sensitive.error;
  const ended = useRef(false);
  useEffect(() => {
    if (ended.current || (!ready && !error)) return;
    ended.current = true;
    if (error) tell.failed(error);
    else print();
    onDone();
  }, [ready, error, tell, onDone]);
  if (!ready) return null;
  return (
    <div className={style.printed} data-print-only>
      <PrintHead what={`${data.number} ${data.title}`} />
      <h1>{t('disclosing.schedules')}</h1>
      <h2>{t('disclosing.tab', { schedule: t('disclosing.schedule.used'), count: used.data.length })}</h2>
      <UsedTable lines={used.data} />
      <h2>{t('disclosing.tab', { schedule: t('disclosing.schedule.unused'), count: unused.data.length })}</h2>
      <UnusedTable lines={unused.data} />
      <h2>{t('disclosing.tab', { schedule: t('disclosing.schedule.sensitive'), count: sensitive.data.length })}</h2>
      <SensitiveTable lines={sensitive.data} />
    </div>
  );
}

function UsedTable({ lines }: { lines: readonly UsedLine[] }) {
  const { t } = useTranslation();
  const { lineNumber, record, time, sender, content, reasons } = useColumns();
  return (
    <Table columns={[lineNumber, record, time, sender, content, reasons]}>
      {lines.map((line) => (
        <tr key={line.line}>
          <td>{line.line}</td>
          <td>{line.record}</td>
          <td>{line.iso}</td>
          <td>
            <Shown>{line.name || line.sender}</Shown>
          </td>
          <td>{line.text === null ? kindWord(line.kind, t) : <Shown>{line.text}</Shown>}</td>
          <td>
            {line.redactions
              .map(({ field, why }) => (field === '' ? why : `${t(`disclosing.part.${field}`)}: ${why}`))
              .join('; ')}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function UnusedTable({ lines }: { lines: readonly UnusedLine[] }) {
  const { t } = useTranslation();
  const { lineNumber, record, time, conversation, kind } = useColumns();
  return (
    <Table columns={[lineNumber, record, time, kind, conversation]}>
      {lines.map((line) => (
        <tr key={line.line}>
          <td>{line.line}</td>
          <td>{line.record}</td>
          <td>{line.iso}</td>
          <td>{kindWord(line.kind, t)}</td>
          <td>{line.conversation}</td>
        </tr>
      ))}
    </Table>
  );
}

function SensitiveTable({ lines }: { lines: readonly SensitiveLine[] }) {
  const { lineNumber, reasons } = useColumns();
  return (
    <Table columns={[lineNumber, reasons]}>
      {lines.map(({ line, held }) => (
        <tr key={line}>
          <td>{line}</td>
          <td>{held.why}</td>
        </tr>
      ))}
    </Table>
  );
}

function useColumns() {
  const { t } = useTranslation();
  return {
    lineNumber: t('disclosing.column.line'),
    record: t('disclosing.column.record'),
    time: t('disclosing.column.time'),
    sender: t('disclosing.column.sender'),
    content: t('disclosing.column.content'),
    reasons: t('disclosing.column.reason'),
    kind: t('disclosing.column.kind'),
    conversation: t('disclosing.column.conversation'),
  };
}
