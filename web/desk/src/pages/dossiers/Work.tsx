import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossierEntries, enterWork, work } from '~/api/dossiers';
import type { DossierWork, NewTask, NewHypothesis, NewWork, WorkKind } from '~/api/types';
import { useDesk } from '~/app/session';
import { recordsOf } from '~/logic/dossiers';
import { type Field, FormDialog, type Values } from '~/parts/FormDialog';

import style from './Dossier.module.css';
import { Past } from './Past';
import { RemoveDialog, type Removed } from './RemoveDialog';

const HYPOTHESIS_STATES = ['open', 'supported', 'refuted'] as const;
const TASK_STATES = ['open', 'doing', 'done', 'dropped'] as const;

/** Of which kind something is, and what is changed: null for a new one. */
interface Entering {
  kind: WorkKind;
  old: DossierWork | null;
}

/** What is entered beside items, in one shape: a form to add and to change it, taking it out, and what it said before. */
export function useWork(reference: string, writes: boolean, members: readonly string[] = []) {
  const { t } = useTranslation();
  const [entering, setEntering] = useState<Entering | null>(null);
  const [removing, setRemoving] = useState<Removed | null>(null);
  const tools = (each: DossierWork, more?: ReactNode): ReactNode => {
    const what = t(`dossier.${each.kind}`);
    return (
      <span className={style.tools}>
        {writes && (
          <>
            {more}
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={t('dossier.changeOf', { what: `${what} ${each.id}` })}
              onClick={() => setEntering({ kind: each.kind, old: each })}
              data-screen-only
            >
              {t('dossier.change')}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              aria-label={t('dossier.removeOf', { what: `${what} ${each.id}` })}
              onClick={() => setRemoving({ kind: each.kind, seen: each, what })}
              data-screen-only
            >
              {t('dossier.remove')}
            </Button>
          </>
        )}
        <Past
          reference={reference}
          kind={each.kind}
          thing={each.id}
          version={each.version}
          what={`${what} ${each.id}`}
        />
      </span>
    );
  };
  const dialogs = (
    <>
      {entering && (
        <WorkDialog reference={reference} {...entering} members={members} onClose={() => setEntering(null)} />
      )}
      <RemoveDialog reference={reference} removed={removing} onClose={() => setRemoving(null)} />
    </>
  );
  return { add: (kind: WorkKind) => setEntering({ kind, old: null }), tools, dialogs };
}

interface DialogProps extends Entering {
  reference: string;
  members: readonly string[];
  onClose: () => void;
}

function WorkDialog({ reference, kind, old, members, onClose }: DialogProps) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const cache = useQueryClient();
  const fields = useFields(kind, old, members);
  const fault = (text: string | undefined, most: number): string | undefined =>
    (recordsOf(text ?? '')?.length ?? Infinity) > most ? t('dossier.recordsFault') : undefined;
  const latest = async () => {
    const all: readonly DossierWork[] = await cache.fetchQuery({ ...work(client, reference, kind), staleTime: 0 });
    const now = all.find(({ id }) => id === old?.id);
    return { version: now?.version ?? 0, user: now?.changed_by ?? '', values: now ? valuesOf(now) : {} };
  };
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t(old ? `dossier.${kind}` : `dossier.${kind}Add`)}
      fields={fields}
      faults={({ record, supporting, opposing }) => ({
        record: fault(record, 1),
        supporting: fault(supporting, 500),
        opposing: fault(opposing, 500),
      })}
      confirm={t(old ? 'dossier.save' : `dossier.${kind}Add`)}
      changes={old ? { version: old.version, latest } : undefined}
      run={(values, version) => enterWork(client, reference, old && { id: old.id, version }, made(kind, values))}
      stale={dossierEntries(client)}
    />
  );
}

/** What stands in the form of something that is there. */
export function valuesOf(each: DossierWork): Values {
  const written = (records: readonly number[]): string => records.join(' ');
  switch (each.kind) {
    case 'event': {
      const { words, start, end, record } = each;
      return { words, start: start.iso, end: end?.iso ?? '', record: record === null ? '' : String(record) };
    }
    case 'hypothesis': {
      const { words, state, supporting, opposing } = each;
      return { words, state, supporting: written(supporting), opposing: written(opposing) };
    }
    case 'task': {
      const { words, assignee, due, state } = each;
      return { words, assignee, due: due?.iso ?? '', state };
    }
  }
}

/** What a form says, as it is sent; the server judges it. */
export function made(kind: WorkKind, values: Values): NewWork {
  const { words = '', start = '', end = '', record = '', supporting = '', opposing = '' } = values;
  const { assignee = '', due = '', state } = values;
  switch (kind) {
    case 'event':
      return { kind, words, start: start.trim(), end: end.trim(), record: recordsOf(record)?.[0] ?? null };
    case 'hypothesis': {
      const sides = { supporting: recordsOf(supporting) ?? [], opposing: recordsOf(opposing) ?? [] };
      return { kind, words, state: state as NewHypothesis['state'], ...sides };
    }
    case 'task':
      return { kind, words, assignee, due: due.trim(), state: state as NewTask['state'] };
  }
}

function useFields(kind: WorkKind, old: DossierWork | null, members: readonly string[]): readonly Field[] {
  const { t } = useTranslation();
  const { session } = useDesk();
  const initial = old ? valuesOf(old) : {};
  const whenHint = t('dossier.whenHint', { zone: session.timezone });
  const fields: Record<WorkKind, readonly Field[]> = {
    event: [
      { name: 'words', label: t('dossier.eventWords'), kind: 'note' },
      { name: 'start', label: t('dossier.eventStart'), hint: whenHint },
      { name: 'end', label: t('dossier.eventEnd'), optional: true },
      { name: 'record', label: t('dossier.eventRecord'), optional: true },
    ],
    hypothesis: [
      { name: 'words', label: t('dossier.supposed'), kind: 'note' },
      {
        name: 'state',
        label: t('dossier.state'),
        kind: 'choice',
        choices: HYPOTHESIS_STATES.map((value) => ({ value, label: t(`dossier.hypothesisState.${value}`) })),
      },
      { name: 'supporting', label: t('dossier.for'), hint: t('dossier.recordsHint'), optional: true },
      { name: 'opposing', label: t('dossier.against'), optional: true },
    ],
    task: [
      { name: 'words', label: t('dossier.todo'), kind: 'note' },
      {
        name: 'assignee',
        label: t('dossier.who'),
        hint: t('dossier.whoHint'),
        kind: 'choice',
        optional: true,
        choices: [{ value: '', label: t('dossier.nobody') }, ...members.map((user) => ({ value: user, label: user }))],
      },
      { name: 'due', label: t('dossier.due'), hint: whenHint, optional: true },
      {
        name: 'state',
        label: t('dossier.state'),
        kind: 'choice',
        choices: TASK_STATES.map((value) => ({ value, label: t(`dossier.taskState.${value}`) })),
      },
    ],
  };
  return fields[kind].map((field) => ({
    ...field,
    initial: initial[field.name] ?? (field.name === 'state' ? 'open' : undefined),
  }));
}

/** Messages by their numbers, each leading to it. */
export function Records({ records }: { records: readonly number[] }) {
  const { t } = useTranslation();
  if (records.length === 0) return <span className={style.quiet}>{t('dossier.noMessages')}</span>;
  return (
    <span className={style.records}>
      {records.map((record) => (
        <Link key={record} to="/records/$number" params={{ number: String(record) }} className={style.number}>
          #{record}
        </Link>
      ))}
    </span>
  );
}
