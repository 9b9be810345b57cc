import { useQuery } from '@tanstack/react-query';
import { IconGitCompare } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { release as releaseQuery } from '~/api/queries';
import type { ReleaseDetail, ReleaseSummary } from '~/api/types';
import { useDesk } from '~/app/session';
import { byteSize } from '~/logic/size';
import { Digest } from '~/parts/Digest';
import { LinkButton } from '~/parts/LinkButton';
import { IsoTime } from '~/parts/Moment';
import { PageFrame, Section } from '~/parts/PageFrame';
import { Said } from '~/parts/Said';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { Table } from '~/parts/Table';
import { VerdictMark } from '~/parts/VerdictMark';

import style from './Releases.module.css';
import { VerifyRelease } from './VerifyRelease';

/** One release: what it says, what it is made of, and whether it holds. */
export function ReleaseView({ number, chain }: { number: number; chain: readonly ReleaseSummary[] }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(releaseQuery(client, number));
  const earlier = chain.find((release) => release.number < number);
  return (
    <div className={style.view}>
      <PageFrame
        title={t('releases.name', { number })}
        lead={answer.data && <Said>{answer.data.reason}</Said>}
        actions={
          earlier && (
            <LinkButton
              to="/releases/compare"
              search={{ old: earlier.number, new: number }}
              leftSection={<IconGitCompare size={15} />}
            >
              {t('releases.compareWith', { number: earlier.number })}
            </LinkButton>
          )
        }
      >
        {answer.isPending && <CardSkeletons count={2} height="14rem" />}
        {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
        {answer.data && <Detail release={answer.data} />}
      </PageFrame>
    </div>
  );
}

function Detail({ release }: { release: ReleaseDetail }) {
  const { t } = useTranslation();
  return (
    <>
      <Section title={t('releases.integrity')}>
        <VerifyRelease number={release.number} />
      </Section>
      <Section title={t('releases.manifest')}>
        <Manifest release={release} />
      </Section>
      <Section title={t('releases.verdicts')}>
        <Verdicts verdicts={release.verdicts} />
      </Section>
      <Section title={t('releases.segments')} note={t('count.segments', { count: release.segments.length })}>
        <Segments release={release} />
      </Section>
    </>
  );
}

function Manifest({ release }: { release: ReleaseDetail }) {
  const { t, i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  return (
    <dl className={style.facts}>
      <dt>{t('releases.created')}</dt>
      <dd>
        <IsoTime iso={release.created} />
      </dd>
      <dt>{t('releases.records')}</dt>
      <dd>
        {format.format(release.records)} ({t('releases.added', { count: release.added })})
      </dd>
      <dt>{t('releases.failures')}</dt>
      <dd>{format.format(release.failures)}</dd>
      <dt>{t('releases.root')}</dt>
      <dd>
        <Digest value={release.root} what={t('releases.root')} />
      </dd>
      <dt>{t('releases.parent')}</dt>
      <dd>{release.parent ? <Digest value={release.parent} what={t('releases.parent')} /> : t('releases.first')}</dd>
      <dt>{t('releases.key')}</dt>
      <dd>
        <Digest value={release.key} what={t('releases.key')} />
      </dd>
      <dt>{t('releases.exhibits')}</dt>
      <dd>{release.exhibits.join(', ')}</dd>
      <dt>{t('releases.tools')}</dt>
      <dd>
        {Object.entries(release.tools)
          .map(([tool, version]) => `${tool} ${version}`)
          .join(', ')}
      </dd>
    </dl>
  );
}

function Verdicts({ verdicts }: { verdicts: Record<string, number> }) {
  const { t, i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  return (
    <Table columns={[t('releases.verdict'), { words: t('releases.records'), number: true }]}>
      {Object.entries(verdicts).map(([verdict, count]) => (
        <tr key={verdict}>
          <td>
            <VerdictMark verdict={verdict} />
          </td>
          <td data-number>{format.format(count)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Segments({ release }: { release: ReleaseDetail }) {
  const { t, i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  return (
    <Table
      columns={[
        t('releases.segment'),
        { words: t('releases.rows'), number: true },
        { words: t('releases.size'), number: true },
        t('releases.digest'),
      ]}
    >
      {release.segments.map((segment) => (
        <tr key={segment.id}>
          <td>
            <code>{segment.id}</code>
            {segment.locked && ` · ${t('releases.lockedSegment')}`}
          </td>
          <td data-number>{format.format(segment.rows)}</td>
          <td data-number>{byteSize(segment.bytes, i18n.language)}</td>
          <td>
            <Digest value={segment.sha256} what={segment.id} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
