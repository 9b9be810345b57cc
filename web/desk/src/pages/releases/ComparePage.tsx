import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft, IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { releaseDiff, releases } from '~/api/queries';
import type { ReleaseDiff } from '~/api/types';
import { useDesk } from '~/app/session';
import { CheckList } from '~/parts/CheckList';
import { PageFrame, Section } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { Said } from '~/parts/Said';
import { CardSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';
import { VerdictMark } from '~/parts/VerdictMark';

import style from './Releases.module.css';

const route = getRouteApi('/desk/releases/compare');

/** What a later release adds to an earlier one, why, and that it took nothing away. */
export function ComparePage() {
  const { t } = useTranslation();
  const { client } = useDesk();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const chain = useQuery(releases(client));
  const numbers = (chain.data ?? []).map(({ number }) => number).sort((a, b) => a - b);
  const options = numbers.map((number) => ({ value: String(number), label: t('releases.name', { number }) }));
  const choose = (which: 'old' | 'new') => (value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [which]: value === null ? undefined : Number(value) }) });
  // Unless two were chosen, the latest is compared with the one before it.
  const { old = numbers.at(-2), new: later = numbers.at(-1) } = search;
  if (chain.isError) return <ErrorState error={chain.error} onRetry={() => void chain.refetch()} />;
  return (
    <PageFrame
      title={t('compare.title')}
      lead={
        <Link to="/releases" className={style.row}>
          <IconArrowLeft size={14} aria-hidden /> {t('pages.releases')}
        </Link>
      }
      actions={
        <>
          <Select
            label={t('compare.old')}
            data={options}
            value={old === undefined ? null : String(old)}
            onChange={choose('old')}
          />
          <Select
            label={t('compare.new')}
            data={options}
            value={later === undefined ? null : String(later)}
            onChange={choose('new')}
          />
        </>
      }
    >
      {chain.isPending ? (
        <CardSkeletons count={2} />
      ) : old === undefined || later === undefined || old >= later ? (
        <EmptyState icon={IconStack2} title={t(numbers.length < 2 ? 'compare.few' : 'compare.choose')}>
          <p>{t('compare.chooseHint')}</p>
        </EmptyState>
      ) : (
        <Diff older={old} newer={later} />
      )}
    </PageFrame>
  );
}

function Diff({ older, newer }: { older: number; newer: number }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(releaseDiff(client, older, newer));
  if (answer.isPending)
    return (
      <Pending queryKey={releaseDiff(client, older, newer).queryKey} answer={answer}>
        <CardSkeletons count={2} />
      </Pending>
    );
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  const diff = answer.data;
  return (
    <>
      <Section title={t('compare.added', { count: diff.added })}>
        <Added diff={diff} />
      </Section>
      <Section title={t('compare.consistency')}>
        <div className={style.panel}>
          <p>{t('compare.consistencyLead', { old: older, new: newer })}</p>
          <CheckList
            check={diff.consistent}
            live={false}
            words={{
              ok: t('compare.extends', { old: older, new: newer }),
              bad: t('compare.differs', { old: older, new: newer }),
            }}
          />
        </div>
      </Section>
    </>
  );
}

function Added({ diff }: { diff: ReleaseDiff }) {
  const { t, i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  if (diff.lines.length === 0) return <p>{t('compare.nothing')}</p>;
  return (
    <Table
      columns={[
        t('compare.reason'),
        t('compare.exhibit'),
        t('releases.verdict'),
        { words: t('releases.records'), number: true },
      ]}
    >
      {diff.lines.map((line, index) => (
        <tr key={index}>
          <td>
            <Said>{line.reason}</Said>
          </td>
          <td>{line.exhibit}</td>
          <td>
            <VerdictMark verdict={line.verdict} />
          </td>
          <td data-number>{format.format(line.count)}</td>
        </tr>
      ))}
    </Table>
  );
}
