import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconGavel } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { decideSource, dossierEntries, exclusions } from '~/api/dossiers';
import type { Exclusion } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { keepsDossiers } from '~/app/pages';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { useKeys } from '~/keys/keys';
import { asFound } from '~/parts/asFound';
import { Panel } from '~/parts/Blocks';
import { FormDialog } from '~/parts/FormDialog';
import { IsoTime } from '~/parts/Moment';
import { PageFrame, Section } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { PrintHead } from '~/parts/PrintHead';
import { CardSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';

import { decisionFields, ExcludeDialog } from './ExcludeDialog';
import style from './Exclusions.module.css';

/** What judges excluded from the evidence, and what they admitted again. */
export function ExclusionsPage() {
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <Register />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

function Register() {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const tell = useTell();
  const query = exclusions(client);
  const answer = useQuery(query);
  const writes = keepsDossiers(session);
  const [entering, setEntering] = useState(false);
  const [readmitting, setReadmitting] = useState<Exclusion | null>(null);
  useKeys(writes ? [{ keys: 'n', words: t('keys.exclude'), group: 'list', run: () => setEntering(true) }] : []);
  const all = answer.data ?? [];
  const held = all.filter((each, index) => each.excluded && !all.slice(index + 1).some((later) => same(each, later)));
  const which = readmitting ? `${t(`exclusions.kinds.${readmitting.source}`)} ${readmitting.value}` : '';
  return (
    <PageFrame
      title={t('exclusions.title')}
      lead={t('exclusions.lead')}
      actions={
        writes && (
          <Button
            variant="filled"
            leftSection={<IconGavel size={15} />}
            onClick={() => setEntering(true)}
            data-screen-only
          >
            {t('exclusions.add')}
          </Button>
        )
      }
    >
      <PrintHead what={t('exclusions.title')} />
      {answer.isPending && (
        <Pending queryKey={query.queryKey} answer={answer}>
          <CardSkeletons count={3} />
        </Pending>
      )}
      {answer.isError && !answer.data && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data && held.length === 0 && (
        <Panel>
          <EmptyState icon={IconGavel} title={t('exclusions.none')}>
            <p>{t('exclusions.noneHint')}</p>
          </EmptyState>
        </Panel>
      )}
      {held.length > 0 && (
        <Section title={t('exclusions.held')} note={t('count.decisions', { count: held.length })}>
          <Decisions
            list={held}
            tools={
              writes
                ? (each) => (
                    <Button
                      size="compact-xs"
                      aria-label={t('exclusions.readmitOf', { value: each.value })}
                      onClick={() => setReadmitting(each)}
                      data-screen-only
                    >
                      {t('exclusions.readmit')}
                    </Button>
                  )
                : undefined
            }
          />
        </Section>
      )}
      {all.length > held.length && (
        <Section title={t('exclusions.history')} note={t('exclusions.historyNote')}>
          <Decisions list={all.toReversed()} state />
        </Section>
      )}
      <ExcludeDialog opened={entering} onClose={() => setEntering(false)} />
      <FormDialog
        opened={readmitting !== null}
        onClose={() => setReadmitting(null)}
        title={t('exclusions.readmit')}
        lead={t('exclusions.readmitLead', { which, decision: readmitting?.decision })}
        fields={decisionFields(t)}
        confirm={t('exclusions.readmit')}
        run={({ decision = '', judge = '', why = '' }) =>
          decideSource(client, false, {
            source: readmitting?.source ?? 'exhibit',
            value: readmitting?.value ?? '',
            decision,
            judge,
            why,
          })
        }
        stale={dossierEntries(client)}
        onDone={({ value }) => tell.said(t('exclusions.readmitted', { value }))}
      />
    </PageFrame>
  );
}

const same = (one: Exclusion, other: Exclusion): boolean => one.source === other.source && one.value === other.value;

interface DecisionsProps {
  list: readonly Exclusion[];
  /** Each says whether it excludes or admits. */
  state?: boolean;
  tools?: (each: Exclusion) => ReactNode;
}

function Decisions({ list, state, tools }: DecisionsProps) {
  const { t } = useTranslation();
  return (
    <Table
      columns={[
        t('exclusions.source'),
        t('exclusions.decision'),
        t('reason'),
        t('exclusions.entered'),
        ...(tools ? [{ words: t('users.actions'), hidden: true }] : []),
      ]}
    >
      {list.map((each) => (
        <tr key={each.number} data-quiet={state && !each.excluded}>
          <td className={style.source}>
            {state && (
              <strong className={style.state}>
                {t(each.excluded ? 'exclusions.excluded' : 'exclusions.admitted')}
              </strong>
            )}
            {t(`exclusions.kinds.${each.source}`)} <Source exclusion={each} />
          </td>
          <td className={style.wide}>
            <bdi {...asFound}>{each.decision}</bdi>
            <span className={style.second} {...asFound}>
              {each.judge}
            </span>
          </td>
          <td className={style.wide} {...asFound}>
            {each.why}
          </td>
          <td>
            <bdi {...asFound}>{each.entered_by}</bdi>
            <span className={style.second}>
              <IsoTime iso={each.entered_at.iso} />
            </span>
          </td>
          {tools && <td>{tools(each)}</td>}
        </tr>
      ))}
    </Table>
  );
}

/** A source leads to where it is read, where it has such a place. */
function Source({ exclusion: { source, value } }: { exclusion: Exclusion }) {
  const words = <code translate="no">{value}</code>;
  if (source === 'account')
    return (
      <Link to="/accounts/$account" params={{ account: value }}>
        {words}
      </Link>
    );
  if (source === 'record')
    return (
      <Link to="/records/$number" params={{ number: value }}>
        {words}
      </Link>
    );
  if (source === 'conversation')
    return (
      <Link to="/conversations/$id" params={{ id: value }}>
        {words}
      </Link>
    );
  return words;
}
