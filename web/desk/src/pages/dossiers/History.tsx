import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type {
  CodedMessage,
  Dossier,
  DossierEvent,
  DossierHypothesis,
  DossierItem,
  DossierTask,
  Moment,
  Threat,
} from '~/api/types';
import { asFound } from '~/parts/asFound';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Table } from '~/parts/Table';

import style from './Dossier.module.css';

/** How many acts stand there before one asks for all of them. */
const FEW = 20;

interface Props {
  data: Dossier;
  items: readonly DossierItem[];
  codings: readonly CodedMessage[];
  events: readonly DossierEvent[];
  hypotheses: readonly DossierHypothesis[];
  tasks: readonly DossierTask[];
  threats: readonly Threat[];
}

interface Done {
  at: Moment;
  user: string;
  words: string;
}

/** Who did what in the dossier, the latest first, as far as it holds now. */
export function History(props: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const acts = useActs(props);
  const shown = all ? acts : acts.slice(0, FEW);
  return (
    <Section title={t('history.title')} note={t('history.note')}>
      <Table columns={[t('history.when'), t('dossier.by'), t('dossier.what')]}>
        {shown.map(({ at, user, words }, index) => (
          <tr key={index}>
            <td className={style.nowrap}>
              <IsoTime iso={at.iso} />
            </td>
            <td>
              <bdi {...asFound}>{user}</bdi>
            </td>
            <td className={style.wide}>
              <bdi>{words}</bdi>
            </td>
          </tr>
        ))}
      </Table>
      {acts.length > shown.length && (
        <div className={style.bar} data-screen-only>
          <Button onClick={() => setAll(true)}>{t('history.all', { count: acts.length - shown.length })}</Button>
        </div>
      )}
    </Section>
  );
}

function useActs({ data, items, codings, events, hypotheses, tasks, threats }: Props): readonly Done[] {
  const { t } = useTranslation();
  const nameOf = (item: DossierItem): string =>
    item.account ||
    item.person ||
    item.name ||
    (item.record === null ? t(`dossier.kind.${item.kind}`) : `#${item.record}`);
  const entered = (list: readonly { changed_at: Moment; changed_by: string; words: string }[]): Done[] =>
    list.map(({ changed_at, changed_by, words }) => ({
      at: changed_at,
      user: changed_by,
      words: t('history.entered', { what: words }),
    }));
  const acts: Done[] = [
    { at: data.opened_at, user: data.opened_by, words: t('history.opened') },
    ...data.members
      .filter(({ user }) => user !== data.opened_by)
      .map(({ user, added_at, added_by }) => ({ at: added_at, user: added_by, words: t('history.member', { user }) })),
    ...items.flatMap((item) => [
      { at: item.added_at, user: item.added_by, words: t('history.item', { what: nameOf(item) }) },
      ...(item.version > 1
        ? [{ at: item.changed_at, user: item.changed_by, words: t('history.itemChanged', { what: nameOf(item) }) }]
        : []),
    ]),
    ...codings.flatMap(({ codings: each }) =>
      each.map(({ at, user, record, choice }) => ({
        at,
        user,
        words: t('history.coded', { number: record, choice: t(`coding.choices.${choice}`) }),
      })),
    ),
    ...entered(events),
    ...entered(hypotheses),
    ...entered(tasks),
    ...threats.flatMap(({ steps }) =>
      steps.map(({ at, user, step, words }) => ({ at, user, words: `${t(`threats.step.${step}`)}: ${words}` })),
    ),
    ...(data.changed_at && data.why
      ? [
          {
            at: data.changed_at,
            user: data.changed_by,
            words: t(data.open ? 'history.reopened' : 'history.closed', { why: data.why }),
          },
        ]
      : []),
  ];
  return acts.sort((a, b) => b.at.utc - a.at.utc);
}
