import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import { history } from '~/api/dossiers';
import type { CodedMessage, Dossier, DossierVersion, Moment } from '~/api/types';
import { useDesk } from '~/app/session';
import { asFound } from '~/parts/asFound';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Bone } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';

import { FIELDS } from './CardPanel';
import style from './Dossier.module.css';
import { useSaid } from './said';

interface Done {
  at: Moment;
  user: string;
  words: string;
}

/** Who entered what, the latest first: of the card, of what is in it, and what reviewers decided. */
export function History({ data, codings }: { data: Dossier; codings: readonly CodedMessage[] }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const said = useSaid();
  const answer = useInfiniteQuery(history(client, data.reference));
  const told = answer.data?.pages.flatMap(({ versions }) => versions) ?? [];
  // What was decided before the last entry that is there stands further down.
  const oldest = answer.hasNextPage ? (told.at(-1)?.at.utc ?? Infinity) : 0;
  const acts: Done[] = [
    ...told.map((each) => ({ at: each.at, user: each.user, words: wordsOf(each, said, t) })),
    ...codings
      .flatMap(({ codings: each }) => each)
      .filter(({ at }) => at.utc >= oldest)
      .map(({ at, user, record, choice }) => ({
        at,
        user,
        words: t('history.coded', { number: record, choice: t(`coding.choices.${choice}`) }),
      })),
    ...(answer.hasNextPage || !answer.data
      ? []
      : [{ at: data.opened_at, user: data.opened_by, words: t('history.opened') }]),
  ].sort((a, b) => b.at.utc - a.at.utc);
  return (
    <Section id="history" title={t('history.title')} note={t('history.note')}>
      {answer.isError && !answer.data && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <Bone width="60%" />}
      {answer.data && (
        <Table columns={[t('history.when'), t('dossier.by'), t('dossier.what')]}>
          {acts.map(({ at, user, words }, index) => (
            <tr key={index}>
              <td className={style.nowrap}>
                <IsoTime iso={at.iso} />
              </td>
              <td>
                <bdi {...asFound}>{user}</bdi>
              </td>
              <td className={style.said}>
                <bdi>{words}</bdi>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {answer.hasNextPage && (
        <div className={style.bar} data-screen-only>
          <Button loading={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
            {t('history.more')}
          </Button>
        </div>
      )}
    </Section>
  );
}

/** What was entered, in a sentence: of what was taken out, why. */
function wordsOf(version: DossierVersion, said: ReturnType<typeof useSaid>, t: TFunction): string {
  const { kind, thing, stands, said: told } = version;
  if (kind === 'member') return t(stands ? 'history.member' : 'history.left', { user: thing });
  if (kind === 'standing') return t(stands ? 'history.reopened' : 'history.closed', { why: told.why });
  if (kind === 'field') {
    const field = FIELDS.find((each) => each === thing);
    const value = told.value ?? t('dossier.nothing');
    return t('history.field', { field: field ? t(`dossier.${field}`) : thing, value });
  }
  const what = nameOf(version, t);
  if (!stands && kind !== 'transfer') return t('history.gone', { what, why: told.why ?? '' });
  const parts = Object.entries(told).map(([name, value]) => `${said.name(name)}: ${said.value(kind, name, value)}`);
  return [t(version.version === 1 ? 'history.new' : 'history.again', { what }), ...parts].join(' · ');
}

function nameOf({ kind, thing }: DossierVersion, t: TFunction): string {
  const [sort = '', ...rest] = thing.split(':');
  const name = rest.join(':');
  switch (kind) {
    case 'item':
    case 'identifier':
      return `${t(`past.sorts.${sort}` as 'past.sorts.message', { defaultValue: sort })} ${/^\d+$/u.test(name) ? `#${name}` : name}`;
    case 'event':
    case 'hypothesis':
    case 'task':
      return `${t(`dossier.${kind}`)} ${thing}`;
    case 'transfer':
      return t('past.sorts.transfer');
    case 'package':
      return `${t('past.sorts.package')} ${thing}`;
    case 'threat':
      return t('past.sorts.threat', { thing: /^\d+$/u.test(name) ? `#${name}` : thing });
    default:
      return t(kind === 'redaction' ? 'past.sorts.redaction' : 'past.sorts.sensitive', { thing: `#${thing}` });
  }
}
