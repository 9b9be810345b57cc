import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconChecklist } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossierEntries, enterWork } from '~/api/dossiers';
import type { Dossier, DossierTask, NewTask } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { asFound } from '~/parts/asFound';
import { Moment } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Table } from '~/parts/Table';

import style from './Dossier.module.css';
import { made, useWork, valuesOf } from './Work';

interface Props {
  data: Dossier;
  list: readonly DossierTask[];
  writes: boolean;
}

/** What is to be done, by whom and until when; what has ended stands at the end. */
export function Tasks({ data, list, writes }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const cache = useQueryClient();
  const tell = useTell();
  const members = data.members.map(({ user }) => user);
  const { add, tools, dialogs } = useWork(data.reference, writes, members);
  const [now] = useState(() => Date.now());
  const setState = useMutation({
    mutationFn: ({ task, state }: { task: DossierTask; state: NewTask['state'] }) =>
      enterWork(client, data.reference, task, made('task', { ...valuesOf(task), state })),
    onSettled: () => cache.invalidateQueries(dossierEntries(client)),
    onError: tell.failed,
  });
  const sorted = [...list].sort((a, b) => Number(ended(a)) - Number(ended(b)));
  return (
    <Section id="tasks" title={t('dossier.tasks')}>
      {writes && (
        <div className={style.bar} data-screen-only>
          <Button leftSection={<IconChecklist size={14} />} onClick={() => add('task')}>
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
          {sorted.map((task) => (
            <tr key={task.id} data-quiet={ended(task)}>
              <td className={style.wide} {...asFound}>
                {task.words}
              </td>
              <td className={style.who}>
                {task.assignee ? <bdi {...asFound}>{task.assignee}</bdi> : t('dossier.nobody')}
              </td>
              <td>
                {task.due && <Moment moment={task.due} />}
                {task.due && !ended(task) && task.due.utc < now && (
                  <span className={style.overdue}>{t('dossier.overdue')}</span>
                )}
              </td>
              <td>
                <span className={style.tag} data-state={task.state}>
                  {t(`dossier.taskState.${task.state}`)}
                </span>
              </td>
              <td>
                {tools(
                  task,
                  <Button
                    size="compact-xs"
                    onClick={() => setState.mutate({ task, state: ended(task) ? 'open' : 'done' })}
                    data-screen-only
                  >
                    {t(ended(task) ? 'dossier.taskUndo' : 'dossier.taskDone')}
                  </Button>,
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {dialogs}
    </Section>
  );
}

const ended = ({ state }: DossierTask): boolean => state === 'done' || state === 'dropped';
