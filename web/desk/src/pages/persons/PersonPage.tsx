import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowMerge, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { claims, merge, part, personPage } from '~/api/queries';
import type { Attribution, PersonPage as PersonData } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { attributes } from '~/app/pages';
import { useDesk } from '~/app/session';
import { PersonHead } from '~/claims/ClaimCard';
import { ClaimLines } from '~/claims/ClaimLines';
import { Claims } from '~/claims/Claims';
import { contradictions } from '~/claims/contradictions';
import { useTell } from '~/frame/useTell';
import { AccountLink } from '~/parts/AccountLink';
import { asFound } from '~/parts/asFound';
import { Panel } from '~/parts/Blocks';
import { FormDialog } from '~/parts/FormDialog';
import { lockedWords } from '~/parts/lockedWords';
import { IsoTime, Moment } from '~/parts/Moment';
import { PageFrame, Section } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { PrintHead } from '~/parts/PrintHead';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';

import style from './PersonPage.module.css';

const route = getRouteApi('/desk/persons/$person');

/** All that is claimed of a person. */
export function PersonPage() {
  const { person } = route.useParams();
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <Person key={person} id={person} />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

function Person({ id }: { id: string }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const answer = useQuery(personPage(client, id));
  const [merging, setMerging] = useState(false);
  const data = answer.data;
  return (
    <PageFrame
      title={data?.person.names[0] ?? id}
      lead={data && <Called person={data.person} />}
      actions={
        data && (
          <span className={style.actions} data-screen-only>
            <Button size="sm" leftSection={<IconPrinter size={16} />} onClick={() => print()}>
              {t('accounts.print')}
            </Button>
            {attributes(session) && (
              <Button size="sm" leftSection={<IconArrowMerge size={16} />} onClick={() => setMerging(true)}>
                {t('persons.merge')}
              </Button>
            )}
          </span>
        )
      }
    >
      <PrintHead what={id} />
      {answer.isPending && (
        <Pending queryKey={personPage(client, id).queryKey} answer={answer}>
          <CardSkeletons count={4} />
        </Pending>
      )}
      {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {data && <Filled data={data} />}
      {data && <MergeDialog opened={merging} kept={data.person.id} onClose={() => setMerging(false)} />}
    </PageFrame>
  );
}

/** Ids, further names and birth dates: each as some claim says. */
function Called({ person: { id, parts, names, born } }: { person: PersonData['person'] }) {
  const { t } = useTranslation();
  return (
    <>
      <code>{[id, ...parts].join(' = ')}</code>
      {born.map((date) => (
        <span key={date}> · {t('persons.born', { date })}</span>
      ))}
      {names.length > 1 && (
        <span>
          {' · '}
          <bdi>{t('persons.also', { names: names.slice(1).join(', ') })}</bdi>
        </span>
      )}
    </>
  );
}

function Filled({ data }: { data: PersonData }) {
  const { t } = useTranslation();
  const { attributions, rivals, uses, merges, person } = data;
  const contested = contradictions([...attributions, ...rivals], (id) => (person.parts.includes(id) ? person.id : id));
  const lineName = (claim: Attribution): string =>
    rivals.includes(claim) ? t('persons.rival', { account: claim.account, person: claim.person.name }) : claim.account;
  return (
    <>
      <Section title={t('persons.accounts')} note={t('count.claims', { count: attributions.length })}>
        <Panel>
          <ClaimLines claims={[...attributions, ...rivals]} contested={contested} nameOf={lineName} />
        </Panel>
        <Uses uses={uses} />
      </Section>
      <Section title={t('claims.title')}>
        <Claims
          claims={attributions}
          contested={contested}
          headOf={({ account }) => (
            <Link to="/accounts/$account" params={{ account }}>
              {account}
            </Link>
          )}
        />
      </Section>
      {rivals.length > 0 && (
        <Section title={t('persons.rivals')} note={t('persons.rivalsNote')}>
          <Claims
            claims={rivals}
            contested={contested}
            headOf={({ account, person }) => (
              <>
                <PersonHead person={person} /> · {account}
              </>
            )}
          />
        </Section>
      )}
      <Merges merges={merges} />
    </>
  );
}

/** What each account sent while it is claimed to have been this person's. */
function Uses({ uses }: { uses: PersonData['uses'] }) {
  const { t } = useTranslation();
  if (uses.length === 0) return null;
  return (
    <Table
      columns={[
        t('accounts.account'),
        t('persons.claim'),
        t('persons.sentThen'),
        t('accounts.first'),
        t('accounts.last'),
      ]}
    >
      {uses.map(({ claim, account, counted }) => (
        <tr key={claim}>
          <td>
            <AccountLink party={{ account, name: account }} />
          </td>
          <td>
            <a href={`#${claim}`}>{claim}</a>
          </td>
          <td>
            <Link to="/search" search={{ q: counted.query }}>
              {t('count.messages', { count: counted.count })}
            </Link>
            {counted.locked > 0 && (
              <span className={style.second}>{lockedWords(t, counted.count, counted.locked)}</span>
            )}
          </td>
          <td>{counted.first && <Moment moment={counted.first} />}</td>
          <td>{counted.last && <Moment moment={counted.last} />}</td>
        </tr>
      ))}
    </Table>
  );
}

/** How two became one person, and how they were parted again. */
function Merges({ merges }: { merges: PersonData['merges'] }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const tell = useTell();
  const [parting, setParting] = useState<string | null>(null);
  if (merges.length === 0) return null;
  return (
    <Section title={t('persons.merges')}>
      <Table
        columns={[
          t('persons.merged'),
          t('persons.by'),
          t('reason'),
          t('persons.parted'),
          { words: t('users.actions'), hidden: true },
        ]}
      >
        {merges.map((each) => (
          <tr key={each.id} data-quiet={each.parted !== null}>
            <td>
              <code>{`${each.kept} = ${each.absorbed}`}</code>
              <span className={style.second}>
                <IsoTime iso={each.time.iso} />
              </span>
            </td>
            <td>
              <bdi>{each.author}</bdi>
            </td>
            <td {...asFound}>{each.why}</td>
            <td>
              {each.parted ? (
                <>
                  <bdi>{each.parted_by}</bdi>, <IsoTime iso={each.parted.iso} />
                  <span className={style.second} {...asFound}>
                    {each.parted_why}
                  </span>
                </>
              ) : (
                t('persons.areOne')
              )}
            </td>
            <td>
              {!each.parted && attributes(session) && (
                <Button size="compact-xs" onClick={() => setParting(each.id)} data-screen-only>
                  {t('persons.part')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      <FormDialog
        opened={parting !== null}
        onClose={() => setParting(null)}
        title={t('persons.partTitle')}
        lead={t('persons.partLead')}
        fields={[{ name: 'why', label: t('reason'), kind: 'note' }]}
        confirm={t('persons.part')}
        run={({ why = '' }) => part(client, parting ?? '', why)}
        stale={claims(client)}
        onDone={({ kept, absorbed }) => tell.said(t('persons.partDone', { kept, absorbed }))}
      />
    </Section>
  );
}

function MergeDialog({ opened, kept, onClose }: { opened: boolean; kept: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t('persons.mergeTitle', { id: kept })}
      lead={t('persons.mergeLead')}
      fields={[
        { name: 'absorbed', label: t('persons.other'), hint: t('persons.otherHint') },
        { name: 'why', label: t('reason'), kind: 'note' },
      ]}
      confirm={t('persons.mergeDo')}
      run={({ absorbed = '', why = '' }) => merge(client, kept, absorbed.trim().toUpperCase(), why)}
      stale={claims(client)}
      onDone={({ absorbed }) => tell.said(t('persons.mergeDone', { kept, absorbed }))}
    />
  );
}
