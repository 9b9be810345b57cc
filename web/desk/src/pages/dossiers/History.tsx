import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { cardHistory } from '~/api/dossiers';
import type {
  CardVersion,
  CodedMessage,
  Dossier,
  DossierEvent,
  DossierHypothesis,
  DossierItem,
  DossierTask,
  Moment,
  Threat,
} from '~/api/types';
import { useDesk } from '~/app/session';
import { asFound } from '~/parts/asFound';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Table } from '~/parts/Table';

import { FIELDS } from './CardPanel';
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

/** Who said what of the card, and who entered what, the latest first. */
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
  const { client } = useDesk();
  const said = useQuery(cardHistory(client, data.reference)).data ?? [];
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
    ...said.map((each) => ({ at: each.at, user: each.user, words: cardWords(each, t) })),
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
  ];
  return acts.sort((a, b) => b.at.utc - a.at.utc);
}

/** What was said of the card once: a field, a member who came or left, or why it was closed or reopened. */
function cardWords({ what, value, stands }: CardVersion, t: TFunction): string {
  if (what === 'member') return t(stands ? 'history.member' : 'history.left', { user: value });
  if (what === 'standing') return t(stands ? 'history.reopened' : 'history.closed', { why: value });
  const field = FIELDS.find((each) => each === what);
  return t('history.field', { field: field ? t(`dossier.${field}`) : what, value: value || t('dossier.nothing') });
}
