import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { addIdentifier, dossierEntries, identifiers, removeIdentifier } from '~/api/dossiers';
import type { Dossier, DossierIdentifier, NewIdentifier } from '~/api/types';
import { useDesk } from '~/app/session';
import { ExcludedMark } from '~/dossier/ExcludedMark';
import { useTell } from '~/frame/useTell';
import { asFound } from '~/parts/asFound';
import { FormDialog } from '~/parts/FormDialog';
import { Section } from '~/parts/PageFrame';
import { Bone } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';

import style from './Dossier.module.css';

const BY_HAND = ['phone', 'address', 'container'] as const;

/** How many sources are named; the others are counted. */
const NAMED = 4;

/** By what this dossier may meet others: found in its messages, or entered by hand. */
export function Identifiers({ data, writes }: { data: Dossier; writes: boolean }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const answer = useQuery(identifiers(client, data.reference));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<DossierIdentifier | null>(null);
  const list = answer.data ?? [];
  return (
    <Section id="identifiers" title={t('identifiers.title')} note={t('identifiers.note')}>
      {writes && (
        <div className={style.bar} data-screen-only>
          <Button leftSection={<IconFingerprint size={14} />} onClick={() => setAdding(true)}>
            {t('identifiers.add')}
          </Button>
        </div>
      )}
      {answer.isPending && <Bone width="60%" />}
      {answer.isError && !answer.data && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data && list.length === 0 && <p className={style.quiet}>{t('identifiers.none')}</p>}
      {list.length > 0 && (
        <Table
          columns={[
            t('identifiers.kind'),
            t('identifiers.value'),
            t('identifiers.sources'),
            { words: t('users.actions'), hidden: true },
          ]}
        >
          {list.map((each) => (
            <tr key={`${each.kind} ${each.value}`}>
              <td className={style.nowrap}>{t(`identifiers.kinds.${each.kind}`)}</td>
              <td className={style.wide}>
                <code {...asFound}>{each.value}</code>
                <ExcludedMark decisions={each.excluded} />
              </td>
              <td>
                <Sources sources={each.sources} />
              </td>
              <td>
                {writes && byHand(each) && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    aria-label={t('dossier.removeOf', { what: each.value })}
                    onClick={() => setRemoving(each)}
                    data-screen-only
                  >
                    {t('dossier.remove')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <FormDialog
        opened={adding}
        onClose={() => setAdding(false)}
        title={t('identifiers.add')}
        lead={t('identifiers.addLead')}
        fields={[
          {
            name: 'kind',
            label: t('identifiers.kind'),
            kind: 'choice',
            initial: 'phone',
            choices: BY_HAND.map((value) => ({ value, label: t(`identifiers.kinds.${value}`) })),
          },
          {
            name: 'value',
            label: t('identifiers.value'),
            hint: ({ kind }) => t(`identifiers.hints.${kind as NewIdentifier['kind']}`),
          },
          { name: 'why', label: t('identifiers.why'), kind: 'note', optional: true },
        ]}
        confirm={t('identifiers.add')}
        run={({ kind, value = '', why = '' }) =>
          addIdentifier(client, data.reference, { kind: kind as NewIdentifier['kind'], value, why })
        }
        stale={dossierEntries(client)}
        onDone={({ value }) => tell.said(t('identifiers.added', { value }))}
      />
      <FormDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('dossier.removeOf', { what: removing?.value })}
        lead={t('dossier.removeLead')}
        fields={[{ name: 'why', label: t('reason'), kind: 'note' }]}
        confirm={t('dossier.remove')}
        run={({ why = '' }) =>
          removeIdentifier(client, data.reference, {
            kind: removing?.kind as NewIdentifier['kind'],
            value: removing?.value ?? '',
            why,
          })
        }
        stale={dossierEntries(client)}
        onDone={() => tell.said(t('dossier.removed', { what: removing?.value }))}
      />
    </Section>
  );
}

const byHand = ({ sources }: DossierIdentifier): boolean => sources.some((source) => source.startsWith('identifier '));

/** What in the dossier has it: items, and what was entered by hand. */
function Sources({ sources }: { sources: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <span className={style.records}>
      {sources.slice(0, NAMED).map((source) => {
        const [kind = '', thing = ''] = source.split(/ (.*)/su);
        if (kind !== 'item') return <span key={source}>{t('identifiers.byHand')}</span>;
        const record = /^(?:message|media):(\d+)$/u.exec(thing)?.[1];
        return record === undefined ? (
          <span key={source}>{t('identifiers.item')}</span>
        ) : (
          <a key={source} href={`#item-${thing}`} className={style.number}>
            #{record}
          </a>
        );
      })}
      {sources.length > NAMED && (
        <span className={style.quiet}>{t('identifiers.more', { count: sources.length - NAMED })}</span>
      )}
    </span>
  );
}
