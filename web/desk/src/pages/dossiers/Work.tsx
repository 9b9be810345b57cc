import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconBulb, IconChecklist } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossierEntries, enterWork } from '~/api/dossiers';
import type { Dossier, DossierHypothesis, DossierTask, NewHypothesis, NewTask } from '~/api/types';
import { useDesk } from '~/app/session';
import { ExcludedMark } from '~/dossier/ExcludedMark';
import { useTell } from '~/frame/useTell';
import { recordsOf } from '~/logic/dossiers';
import { asFound } from '~/parts/asFound';
import { FormDialog } from '~/parts/FormDialog';
import { IsoTime, Moment } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Table } from '~/parts/Table';

import style from './Dossier.module.css';
import { RemoveDialog, type Removed } from './RemoveDialog';

const HYPOTHESIS_STATES = ['open', 'supported', 'refuted'] as const;
const TASK_STATES = ['open', 'doing', 'done', 'dropped'] as const;

interface Props<T> {
  data: Dossier;
  list: readonly T[];
  writes: boolean;
}

/** What may have been, with the messages for it and against it. */
export function Hypotheses({ data, list, writes }: Props<DossierHypothesis>) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const [entering, setEntering] = useState<DossierHypothesis | 'new' | null>(null);
  const [removing, setRemoving] = useState<Removed | null>(null);
  const old = entering === 'new' ? null : entering;
  const written = (records: readonly number[] | undefined): string => (records ?? []).join(' ');
  const fault = (text: string | undefined): string | undefined =>
    recordsOf(text ?? '') === null ? t('dossier.recordsFault') : undefined;
  return (
    <Section title={t('dossier.hypotheses')}>
      {writes && (
        <div className={style.bar} data-screen-only>
          <Button leftSection={<IconBulb size={14} />} onClick={() => setEntering('new')}>
            {t('dossier.hypothesisAdd')}
          </Button>
        </div>
      )}
      {list.length === 0 && <p className={style.quiet}>{t('dossier.hypothesesNone')}</p>}
      {list.length > 0 && (
        <ul className={style.cards}>
          {list.map((each) => (
            <li key={each.id} className={style.hypothesis}>
              <p className={style.words} {...asFound}>
                {each.words}
              </p>
              <p>
                <span className={style.tag} data-state={each.state}>
                  {t(`dossier.hypothesisState.${each.state}`)}
                </span>
              </p>
              <dl>
                <dt>{t('dossier.for')}</dt>
                <dd>
                  <Records records={each.supporting} />
                </dd>
                <dt>{t('dossier.against')}</dt>
                <dd>
                  <Records records={each.opposing} />
                </dd>
              </dl>
              <ExcludedMark decisions={each.excluded} />
              <footer>
                <span>
                  <bdi {...asFound}>{each.changed_by}</bdi>, <IsoTime iso={each.changed_at.iso} />
                </span>
                {writes && (
                  <span className={style.tools} data-screen-only>
                    <Button size="compact-xs" onClick={() => setEntering(each)}>
                      {t('dossier.change')}
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      onClick={() => setRemoving({ kind: 'hypotheses', seen: each, what: t('dossier.hypothesis') })}
                    >
                      {t('dossier.remove')}
                    </Button>
                  </span>
                )}
              </footer>
            </li>
          ))}
        </ul>
      )}
      <FormDialog
        opened={entering !== null}
        onClose={() => setEntering(null)}
        title={t(old ? 'dossier.hypothesis' : 'dossier.hypothesisAdd')}
        fields={[
          { name: 'words', label: t('dossier.supposed'), kind: 'note', initial: old?.words },
          {
            name: 'state',
            label: t('dossier.state'),
            kind: 'choice',
            initial: old?.state ?? 'open',
            choices: HYPOTHESIS_STATES.map((value) => ({ value, label: t(`dossier.hypothesisState.${value}`) })),
          },
          {
            name: 'supporting',
            label: t('dossier.for'),
            hint: t('dossier.recordsHint'),
            initial: written(old?.supporting),
            optional: true,
          },
          { name: 'opposing', label: t('dossier.against'), initial: written(old?.opposing), optional: true },
        ]}
        faults={({ supporting, opposing }) => ({ supporting: fault(supporting), opposing: fault(opposing) })}
        confirm={t(old ? 'dossier.save' : 'dossier.hypothesisAdd')}
        run={({ words = '', state, supporting = '', opposing = '' }) =>
          enterWork(client, data.reference, 'hypotheses', old, {
            words,
            state: state as NewHypothesis['state'],
            supporting: recordsOf(supporting) ?? [],
            opposing: recordsOf(opposing) ?? [],
          })
        }
        stale={dossierEntries(client)}
      />
      <RemoveDialog reference={data.reference} removed={removing} onClose={() => setRemoving(null)} />
    </Section>
  );
}

function Records({ records }: { records: readonly number[] }) {
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

/** What is to be done, by whom and until when. */
export function Tasks({ data, list, writes }: Props<DossierTask>) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const cache = useQueryClient();
  const tell = useTell();
  const [entering, setEntering] = useState<DossierTask | 'new' | null>(null);
  const [removing, setRemoving] = useState<Removed | null>(null);
  const [now] = useState(() => Date.now());
  const old = entering === 'new' ? null : entering;
  const setState = useMutation({
    mutationFn: ({ task, state }: { task: DossierTask; state: NewTask['state'] }) =>
      enterWork(client, data.reference, 'tasks', task, {
        words: task.words,
        state,
        assignee: task.assignee,
        due: task.due?.iso ?? '',
      }),
    onSettled: () => cache.invalidateQueries(dossierEntries(client)),
    onError: tell.failed,
  });
  return (
    <Section title={t('dossier.tasks')}>
      {writes && (
        <div className={style.bar} data-screen-only>
          <Button leftSection={<IconChecklist size={14} />} onClick={() => setEntering('new')}>
            {t('dossier.taskAdd')}
          </Button>
        </div>
      )}
      {list.length === 0 && <p className={style.quiet}>{t('dossier.tasksNone')}</p>}
      {list.length > 0 && (
        <Table
          columns={[
            t('dossier.task'),
            t('dossier.who'),
            t('dossier.due'),
            t('dossier.state'),
            { words: t('users.actions'), hidden: true },
          ]}
        >
          {list.map((task) => {
            const ended = task.state === 'done' || task.state === 'dropped';
            return (
              <tr key={task.id} data-quiet={ended}>
                <td className={style.wide} {...asFound}>
                  {task.words}
                </td>
                <td className={style.who}>
                  {task.assignee ? <bdi {...asFound}>{task.assignee}</bdi> : t('dossier.nobody')}
                </td>
                <td>
                  {task.due && <Moment moment={task.due} />}
                  {task.due && !ended && task.due.utc < now && (
                    <span className={style.overdue}>{t('dossier.overdue')}</span>
                  )}
                </td>
                <td>
                  <span className={style.tag} data-state={task.state}>
                    {t(`dossier.taskState.${task.state}`)}
                  </span>
                </td>
                <td>
                  {writes && (
                    <span className={style.tools} data-screen-only>
                      <Button
                        size="compact-xs"
                        onClick={() => setState.mutate({ task, state: ended ? 'open' : 'done' })}
                      >
                        {t(ended ? 'dossier.taskUndo' : 'dossier.taskDone')}
                      </Button>
                      <Button size="compact-xs" onClick={() => setEntering(task)}>
                        {t('dossier.change')}
                      </Button>
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        color="gray"
                        onClick={() => setRemoving({ kind: 'tasks', seen: task, what: t('dossier.task') })}
                      >
                        {t('dossier.remove')}
                      </Button>
                    </span>
                  )}
                </td>
              </tr>
            );
          })}
        </Table>
      )}
      <FormDialog
        opened={entering !== null}
        onClose={() => setEntering(null)}
        title={t(old ? 'dossier.task' : 'dossier.taskAdd')}
        fields={[
          { name: 'words', label: t('dossier.todo'), kind: 'note', initial: old?.words },
          {
            name: 'assignee',
            label: t('dossier.who'),
            hint: t('dossier.whoHint'),
            kind: 'choice',
            initial: old?.assignee ?? '',
            optional: true,
            choices: [
              { value: '', label: t('dossier.nobody') },
              ...data.members.map(({ user }) => ({ value: user, label: user })),
            ],
          },
          {
            name: 'due',
            label: t('dossier.due'),
            hint: t('dossier.whenHint', { zone: session.timezone }),
            initial: old?.due?.iso,
            optional: true,
          },
          {
            name: 'state',
            label: t('dossier.state'),
            kind: 'choice',
            initial: old?.state ?? 'open',
            choices: TASK_STATES.map((value) => ({ value, label: t(`dossier.taskState.${value}`) })),
          },
        ]}
        confirm={t(old ? 'dossier.save' : 'dossier.taskAdd')}
        run={({ words = '', assignee = '', due = '', state }) =>
          enterWork(client, data.reference, 'tasks', old, {
            words,
            assignee,
            due: due.trim(),
            state: state as NewTask['state'],
          })
        }
        stale={dossierEntries(client)}
      />
      <RemoveDialog reference={data.reference} removed={removing} onClose={() => setRemoving(null)} />
    </Section>
  );
}
