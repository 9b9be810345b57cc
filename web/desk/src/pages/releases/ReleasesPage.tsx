import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { releases } from '~/api/queries';
import type { ReleaseSummary } from '~/api/types';
import { useDesk } from '~/app/session';
import { IsoTime } from '~/parts/Moment';
import { useTitle } from '~/parts/PageFrame';
import { Said } from '~/parts/Said';
import { RowSkeletons } from '~/parts/Skeletons';
import { Command, EmptyState, ErrorState } from '~/parts/States';

import { ReleaseView } from './ReleaseView';
import style from './Releases.module.css';

/** The chain of releases at the left, one of them at the right. */
export function ReleasesPage() {
  const { t } = useTranslation();
  useTitle(t('pages.releases'));
  const { client, authority } = useDesk();
  const { number } = useParams({ strict: false });
  const answer = useQuery(releases(client));
  if (answer.isPending) return <RowSkeletons />;
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  const chain = answer.data.toSorted((a, b) => b.number - a.number);
  const shown = number === undefined ? chain[0]?.number : Number(number);
  if (shown === undefined) {
    return (
      <EmptyState level={1} icon={IconStack2} title={t('releases.none')}>
        <p>{t('releases.noneHint')}</p>
        <Command text={`underseal intake ${t('overview.emptyOptions', { authority: authority?.number })}`} />
      </EmptyState>
    );
  }
  return (
    <div className={style.page}>
      <nav className={style.chain} aria-label={t('pages.releases')}>
        <h1>{t('pages.releases')}</h1>
        <ol>
          {chain.map((release) => (
            <li key={release.number}>
              <Entry release={release} active={release.number === shown} />
            </li>
          ))}
        </ol>
      </nav>
      <ReleaseView key={shown} number={shown} chain={chain} />
    </div>
  );
}

function Entry({ release, active }: { release: ReleaseSummary; active: boolean }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/releases/$number"
      params={{ number: String(release.number) }}
      className={style.entry}
      data-active={active}
      aria-current={active ? 'page' : undefined}
    >
      <strong>{t('releases.name', { number: release.number })}</strong>
      <IsoTime iso={release.created} />
      <span>
        <Said>{release.reason}</Said>
      </span>
      <span className={style.added}>{t('releases.added', { count: release.added })}</span>
    </Link>
  );
}
