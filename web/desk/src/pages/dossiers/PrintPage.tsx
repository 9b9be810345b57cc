import { Button } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconArrowLeft, IconPrinter } from '@tabler/icons-react';
import { Fragment, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { card, codings, dossierThreats, itemLines, items, LINES_AT_ONCE, work } from '~/api/dossiers';
import type { Dossier, DossierItem, Line } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { useDesk } from '~/app/session';
import { ExcludedMark } from '~/dossier/ExcludedMark';
import { chronology, type Dated } from '~/logic/dossiers';
import { asFound } from '~/parts/asFound';
import { LinkButton } from '~/parts/LinkButton';
import { IsoTime, Moment } from '~/parts/Moment';
import { PageFrame, Section } from '~/parts/PageFrame';
import { PrintHead } from '~/parts/PrintHead';
import { Progress } from '~/parts/Progress';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';

import { EventEntry } from './EventEntry';
import { Words } from './MessageEntry';
import style from './Print.module.css';
import { Records } from './Work';

const route = getRouteApi('/desk/dossiers/$dossier/print');

/** A dossier as it goes on paper: a cover, then all that is in it, in full. */
export function PrintPage() {
  const { dossier } = route.useParams();
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <Paper key={dossier} reference={dossier} />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

function Paper({ reference }: { reference: string }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const head = useQuery(card(client, reference));
  const held = useQuery(items(client, reference));
  const happened = useQuery(work(client, reference, 'event'));
  const coded = useQuery(codings(client, reference));
  const entries = useMemo(
    () => chronology(held.data ?? [], happened.data ?? [], coded.data ?? []),
    [held.data, happened.data, coded.data],
  );
  const { lines, asked, come, failed } = useAllLines(reference, held.data ?? []);
  const answers = [head, held, happened, coded];
  const wrong = answers.find(({ isError }) => isError)?.error ?? failed;
  const ready = answers.every(({ isSuccess }) => isSuccess) && come === asked;
  const { data } = head;
  const navigate = route.useNavigate();
  const [since] = useState(() => performance.now());
  return (
    <PageFrame
      title={data?.title ?? t('pages.dossiers')}
      written={data !== undefined}
      actions={
        <span className={style.actions} data-screen-only>
          <LinkButton leftSection={<IconArrowLeft size={15} />} to="/dossiers/$dossier" params={{ dossier: reference }}>
            {t('paper.back')}
          </LinkButton>
          <Button variant="filled" leftSection={<IconPrinter size={15} />} disabled={!ready} onClick={() => print()}>
            {t('paper.print')}
          </Button>
        </span>
      }
    >
      {wrong !== undefined && wrong !== null && <ErrorState error={wrong} onRetry={() => void head.refetch()} />}
      {!wrong && !ready && (
        <>
          {asked > 0 && (
            <Progress
              words={t('paper.loading')}
              done={come}
              total={asked}
              since={since}
              onCancel={() => void navigate({ to: '/dossiers/$dossier', params: { dossier: reference } })}
            />
          )}
          <CardSkeletons count={4} />
        </>
      )}
      {ready && data && (
        <>
          <PrintHead what={data.number} />
          <Cover data={data} entries={entries} items={held.data ?? []} />
          <Section title={t('dossier.chronology')}>
            <div className={style.entries}>
              {entries.map((each) =>
                each.kind === 'event' ? (
                  <EventEntry key={`event ${each.event.id}`} event={each.event} />
                ) : (
                  <Message key={each.item.id} entry={each} line={lines.get(each.item.id)} />
                ),
              )}
            </div>
          </Section>
          <Others reference={reference} items={held.data ?? []} />
        </>
      )}
    </PageFrame>
  );
}

/** Every line of the dossier: asked for in stretches, as the page of the dossier does. */
function useAllLines(reference: string, all: readonly DossierItem[]) {
  const { client } = useDesk();
  const stretches = useMemo(() => {
    const ids = all.filter(({ time }) => time !== null).map(({ id }) => id);
    return Array.from({ length: Math.ceil(ids.length / LINES_AT_ONCE) }, (_, index) =>
      ids.slice(index * LINES_AT_ONCE, (index + 1) * LINES_AT_ONCE),
    );
  }, [all]);
  return useQueries({
    queries: stretches.map((ids) => itemLines(client, reference, ids)),
    combine: (found) => ({
      lines: new Map<string, Line>(found.flatMap(({ data }) => [...(data ?? [])])),
      asked: found.length,
      come: found.filter(({ isSuccess }) => isSuccess).length,
      failed: found.find(({ isError }) => isError)?.error,
    }),
  });
}

/** What the first sheet says: which dossier it is, of whom, and how much is in it. */
function Cover({
  data,
  entries,
  items: all,
}: {
  data: Dossier;
  entries: readonly Dated[];
  items: readonly DossierItem[];
}) {
  const { t } = useTranslation();
  const messages = entries.filter(({ kind }) => kind === 'message').length;
  const around = all.reduce((sum, { before, after }) => sum + before + after, 0);
  const facts: [string, string][] = [
    [t('dossier.offence'), data.offence],
    [t('dossier.district'), data.district],
    [t('dossier.lead'), data.lead],
    [t('dossier.contact'), data.contact],
    [t('dossier.members'), data.members.map(({ user }) => user).join(', ')],
    [t('dossier.parent'), data.parent],
    [t('dossier.reference'), data.reference],
  ];
  return (
    <section className={style.cover} aria-label={t('paper.cover')}>
      <p className={style.number} translate="no">
        {data.number}
      </p>
      <p className={style.title} {...asFound}>
        {data.title}
      </p>
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd {...asFound}>{value}</dd>
            </Fragment>
          ))}
        <dt>{t('dossier.openedBy')}</dt>
        <dd>
          <IsoTime iso={data.opened_at.iso} /> · <bdi {...asFound}>{data.opened_by}</bdi> ·{' '}
          <bdi {...asFound}>{data.authority}</bdi>
        </dd>
        <dt>{t('dossiers.state')}</dt>
        <dd>{t(data.open ? 'dossiers.open' : 'dossiers.closed')}</dd>
        <dt>{t('dossier.sumItems')}</dt>
        <dd>{t('paper.held', { messages, others: all.length - messages })}</dd>
      </dl>
      {around > 0 && <p className={style.quiet}>{t('paper.around', { count: around })}</p>}
    </section>
  );
}

function Message({ entry: { item, coded }, line }: { entry: Dated & { kind: 'message' }; line: Line | undefined }) {
  const { t } = useTranslation();
  return (
    <article className={style.entry}>
      <p className={style.head}>
        {line && <Moment moment={line.time} />} <code>#{item.current}</code>{' '}
        {line && (
          <bdi {...asFound}>
            {line.sender.name} {line.sender.account}
          </bdi>
        )}
      </p>
      {line && <Words line={line} />}
      {item.why && (
        <p className={style.quiet} {...asFound}>
          {t('dossier.why')}: {item.why}
        </p>
      )}
      <ExcludedMark decisions={item.excluded} />
      {coded && (
        <p className={style.quiet}>
          {coded.codings.map(({ user, choice, note }) => (
            <span key={user} className={style.coding}>
              <bdi {...asFound}>{user}</bdi>: {t(`coding.choices.${choice}`)} <bdi {...asFound}>{note}</bdi>
            </span>
          ))}
        </p>
      )}
    </article>
  );
}

/** What is no message: accounts, persons and papers, then hypotheses, tasks and threats. */
function Others({ reference, items: all }: { reference: string; items: readonly DossierItem[] }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const supposed = useQuery(work(client, reference, 'hypothesis')).data ?? [];
  const toDo = useQuery(work(client, reference, 'task')).data ?? [];
  const threats = useQuery(dossierThreats(client, reference)).data?.threats ?? [];
  const others = all.filter(({ time }) => time === null);
  return (
    <>
      {others.length > 0 && (
        <Section title={t('paper.others')}>
          <Table columns={[t('dossier.what'), t('dossier.why'), t('dossier.by')]}>
            {others.map((item) => (
              <tr key={item.id}>
                <td className={style.wide} {...asFound}>
                  {t(`dossier.kind.${item.kind}`)} {item.account || item.person || item.text || item.name}
                  {item.sha256 && <code className={style.digest}>SHA-256 {item.sha256}</code>}
                  <ExcludedMark decisions={item.excluded} />
                </td>
                <td {...asFound}>{item.why}</td>
                <td>
                  <bdi {...asFound}>{item.added_by}</bdi> <IsoTime iso={item.added_at.iso} />
                </td>
              </tr>
            ))}
          </Table>
        </Section>
      )}
      {supposed.length > 0 && (
        <Section title={t('dossier.hypotheses')}>
          {supposed.map((each) => (
            <article key={each.id} className={style.entry}>
              <p {...asFound}>{each.words}</p>
              <p className={style.quiet}>
                {t(`dossier.hypothesisState.${each.state}`)} · {t('dossier.for')}: <Records records={each.supporting} />{' '}
                · {t('dossier.against')}: <Records records={each.opposing} />
              </p>
            </article>
          ))}
        </Section>
      )}
      {toDo.length > 0 && (
        <Section title={t('dossier.tasks')}>
          <Table columns={[t('dossier.task'), t('dossier.who'), t('dossier.due'), t('dossier.state')]}>
            {toDo.map((task) => (
              <tr key={task.id}>
                <td className={style.wide} {...asFound}>
                  {task.words}
                </td>
                <td {...asFound}>{task.assignee || t('dossier.nobody')}</td>
                <td>{task.due && <Moment moment={task.due} />}</td>
                <td>{t(`dossier.taskState.${task.state}`)}</td>
              </tr>
            ))}
          </Table>
        </Section>
      )}
      {threats.length > 0 && (
        <Section title={t('threats.title')}>
          {threats.map(({ id, record, steps }) => (
            <article key={id} className={style.entry}>
              <p className={style.head}>{record === null ? t('threats.noMessage') : `#${record}`}</p>
              {steps.map((step) => (
                <p key={step.version} {...asFound}>
                  {t(`threats.step.${step.step}`)}
                  {step.outcome && `: ${t(`threats.outcomes.${step.outcome}`)}`} · <Moment moment={step.happened} /> ·{' '}
                  {step.user} · {step.words}
                </p>
              ))}
            </article>
          ))}
        </Section>
      )}
    </>
  );
}
