import { SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { address } from '~/api/client';
import { threats as threatsQuery } from '~/api/dossiers';
import type { Threat, ThreatFigures } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { THREATS_SHOWN, type ThreatsShown } from '~/app/params';
import { useDesk } from '~/app/session';
import { ThreatCard } from '~/dossier/ThreatCard';
import cards from '~/dossier/Threats.module.css';
import { dayNumber, dayText } from '~/logic/days';
import { standingOf } from '~/logic/dossiers';
import { isDay, isoIn, startOfDay } from '~/logic/zone';
import { Panel, Sums } from '~/parts/Blocks';
import { PageFrame, Section } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { PrintHead } from '~/parts/PrintHead';
import { CardSkeletons } from '~/parts/Skeletons';
import { Command, EmptyState, ErrorState } from '~/parts/States';

import style from './Threats.module.css';

const route = getRouteApi('/desk/threats');

/** Threats to life of all dossiers of which one may know, from the alert to how it ended. */
export function ThreatsPage() {
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
  const { show = 'all', until = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const before = isDay(until) ? startOfDay(dayText(dayNumber(until) + 1), session.timezone) : null;
  const query = threatsQuery(client, before);
  const answer = useQuery(query);
  const all = answer.data?.threats ?? [];
  const shown = all.filter((threat) => show === 'all' || standingOf(threat) === show).toReversed();
  return (
    <PageFrame title={t('threats.title')} lead={t('threats.lead')}>
      <PrintHead what={t('threats.title')} />
      {answer.isPending && (
        <Pending queryKey={query.queryKey} answer={answer}>
          <CardSkeletons count={4} />
        </Pending>
      )}
      {answer.isError && !answer.data && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data && all.length === 0 && (
        <Panel>
          <EmptyState icon={IconShieldCheck} title={t('threats.none')}>
            <p>{t('threats.noneHint')}</p>
          </EmptyState>
        </Panel>
      )}
      {answer.data && all.length > 0 && (
        <>
          <Figures threats={all} figures={answer.data.figures} before={before} asOf={answer.dataUpdatedAt} />
          <Section title={t('pages.threats')}>
            <div className={style.bar} data-screen-only>
              <SegmentedControl
                aria-label={t('threats.show')}
                value={show}
                onChange={(value) =>
                  void navigate({
                    search: (old) => ({ ...old, show: value === 'all' ? undefined : (value as ThreatsShown) }),
                    replace: true,
                    resetScroll: false,
                  })
                }
                data={THREATS_SHOWN.map((value) => ({ value, label: t(`threats.shown.${value}`) }))}
              />
            </div>
            {shown.length === 0 && <p className={cards.quiet}>{t('threats.noneShown')}</p>}
            <div className={cards.threats}>
              {shown.map((threat) => (
                <ThreatCard key={`${threat.reference} ${threat.id}`} threat={threat} open named />
              ))}
            </div>
          </Section>
        </>
      )}
    </PageFrame>
  );
}

interface FiguresProps {
  threats: readonly Threat[];
  figures: ThreatFigures;
  /** The moment before which was entered what is counted, null for all. */
  before: number | null;
  /** When it was counted. */
  asOf: number;
}

/** The figures with what they count, of when, as of when, and the address that gives them again. */
function Figures({ threats, figures, before, asOf }: FiguresProps) {
  const { t } = useTranslation();
  const { session, authority } = useDesk();
  const { until = '' } = route.useSearch();
  const first = threats.flatMap(({ steps }) => steps.map(({ at }) => at)).sort((a, b) => a.utc - b.utc)[0];
  const since = first?.iso.slice(0, 10) ?? '';
  const period =
    before === null ? t('threats.since', { first: since }) : t('threats.sinceUntil', { first: since, until });
  return (
    <>
      <Sums
        sums={(['alerts', 'waiting', 'open', 'prevented', 'not_prevented', 'unfounded'] as const).map((name) => ({
          words: t(`threats.figures.${name}`),
          value: figures[name],
        }))}
      />
      <Panel>
        <div className={style.figures}>
          <p className={style.sentence}>
            {t('threats.sentence', { prevented: figures.prevented, alerts: figures.alerts })}
          </p>
          <p className={style.scope}>
            <bdi>
              {t('threats.scope', {
                period,
                user: session.user,
                authority: authority?.number,
                asOf: isoIn(asOf, session.timezone).replace(/\.\d+/u, ''),
              })}
            </bdi>
          </p>
          <Until key={until} until={until} />
          <p className={style.scope}>{t('threats.reproduce')}</p>
          <Command text={`GET ${address('/api/threats', { until: before ?? Math.ceil(asOf) })}`} />
        </div>
      </Panel>
    </>
  );
}

/** The last day of the figures: entered, it stands in the address. */
function Until({ until }: { until: string }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(until);
  const fine = !typed.trim() || isDay(typed.trim());
  return (
    <form
      data-screen-only
      onSubmit={(event) => {
        event.preventDefault();
        if (fine)
          void navigate({
            search: (old) => ({ ...old, until: typed.trim() || undefined }),
            replace: true,
            resetScroll: false,
          });
      }}
    >
      <TextInput
        className={style.until}
        label={t('threats.until')}
        description={t('threats.untilHint')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={(event) => event.currentTarget.form?.requestSubmit()}
        error={!fine && typed.length >= 10 ? t('threats.untilFault') : undefined}
      />
    </form>
  );
}
