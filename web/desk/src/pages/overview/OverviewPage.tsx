import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { IconArchive, IconSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { overview } from '~/api/queries';
import type { Overview } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { readsEvidence } from '~/app/pages';
import { useDesk } from '~/app/session';
import { SESSION_KEY } from '~/frame/session';
import { Columns, Panel, Sums } from '~/parts/Blocks';
import { Histogram } from '~/parts/Histogram';
import { LinkButton } from '~/parts/LinkButton';
import { IsoTime } from '~/parts/Moment';
import { PageFrame, Section } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { CardSkeletons } from '~/parts/Skeletons';
import { Command, EmptyState, ErrorState } from '~/parts/States';

import { CoverageBar } from './CoverageBar';
import { Exhibits } from './Exhibits';
import { ForYou } from './ForYou';
import { UnreadableList } from './UnreadableList';

export function OverviewPage() {
  const { session } = useDesk();
  if (!readsEvidence(session)) return <Navigate to="/releases" replace />;
  return (
    <NeedsAuthority>
      <OverviewContent />
    </NeedsAuthority>
  );
}

function OverviewContent() {
  const { t } = useTranslation();
  const { client, session, authority } = useDesk();
  const cache = useQueryClient();
  const answer = useQuery(overview(client));
  const data = answer.data;
  // The overview is always of the latest release; the session learns of it here.
  useEffect(() => {
    if (data && data.release !== session.release) void cache.invalidateQueries({ queryKey: SESSION_KEY });
  }, [cache, data, session.release]);
  return (
    <PageFrame
      title={session.workspace}
      lead={data && <AsOf data={data} />}
      actions={
        data && data.messages > 0 ? (
          <LinkButton to="/search" size="sm" variant="filled" leftSection={<IconSearch size={16} />}>
            {t('overview.search')}
          </LinkButton>
        ) : null
      }
    >
      {answer.isPending && (
        <Pending queryKey={overview(client).queryKey} answer={answer}>
          <CardSkeletons count={6} />
        </Pending>
      )}
      {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {data && data.exhibits.length === 0 && data.records === 0 && (
        <EmptyState icon={IconArchive} title={t('overview.emptyTitle')}>
          <p>{t('overview.emptyHint')}</p>
          <Command text={`underseal intake ${t('overview.emptyOptions', { authority: authority?.number })}`} />
        </EmptyState>
      )}
      {data && (data.exhibits.length > 0 || data.records > 0) && <Filled data={data} />}
    </PageFrame>
  );
}

function AsOf({ data }: { data: Overview }) {
  const { t } = useTranslation();
  if (data.release === null) return t('overview.noRelease');
  return (
    <>
      {t('overview.asOf', { release: data.release })} {data.released && <IsoTime iso={data.released} />}
    </>
  );
}

function Filled({ data }: { data: Overview }) {
  const { t } = useTranslation();
  return (
    <>
      <Sums
        sums={[
          { words: t('overview.messages'), value: data.messages },
          { words: t('overview.conversations'), value: data.conversations },
          { words: t('overview.accounts'), value: data.accounts },
          { words: t('overview.records'), value: data.records },
        ]}
      />
      <Section title={t('forYou.title')}>
        <ForYou data={data} />
      </Section>
      <Columns>
        <Section title={t('overview.coverage')} note={t('count.messages', { count: data.messages })}>
          <CoverageBar coverage={data.coverage} />
        </Section>
        <Section title={t('overview.unreadable')}>
          <UnreadableList unreadable={data.unreadable} />
        </Section>
      </Columns>
      {data.activity.length > 0 && (
        <Section title={t('overview.activity')} note={`${data.activity[0]?.day} – ${data.activity.at(-1)?.day}`}>
          <Panel>
            <Histogram days={data.activity} height={180} />
          </Panel>
        </Section>
      )}
      <Section title={t('overview.exhibits')} note={t('count.exhibits', { count: data.exhibits.length })}>
        <Exhibits exhibits={data.exhibits} />
      </Section>
    </>
  );
}
