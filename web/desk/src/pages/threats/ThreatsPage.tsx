import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { address } from '~/api/client';
import { threats as threatsQuery } from '~/api/dossiers';
import type { ThreatFigures } from '~/api/types';
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
  const { show = 'all', from = '', to = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const since = isDay(from) ? startOfDay(from, session.timezone) : null;
  const until = isDay(to) ? startOfDay(dayText(dayNumber(to) + 1), session.timezone) : null;
  const query = threatsQuery(client, since, until);
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
          <Figures figures={answer.data.figures} since={since} until={until} asOf={answer.dataUpdatedAt} />
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
  figures: ThreatFigures;
  /** What is counted was entered from `since` on and before `until`, in milliseconds; null for no bound. */
  since: number | null;
  until: number | null;
  /** When it was counted. */
  asOf: number;
}

/** The figures of a stretch of days: what they count, as of when, and what gives them again. */
function Figures({ figures, since, until, asOf }: FiguresProps) {
  const { t } = useTranslation();
  const { session, authority } = useDesk();
  const { from = '', to = '' } = route.useSearch();
  const first = since === null ? t('threats.begin') : from;
  const counted = isoIn(asOf, session.timezone).replace(/\.\d+/u, '');
  const last = until === null ? counted : to;
  // Without a last day it is the moment of counting: another day the same command gives the same figures.
  const command = [
    'underseal dossier threats',
    since !== null && `--from ${from}`,
    `--to ${until === null ? counted : to}`,
    `--zone ${session.timezone}`,
    authority && `--authority ${authority.number}`,
  ];
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
            {t('threats.sentence', { prevented: figures.prevented, alerts: figures.alerts, first, last })}
          </p>
          <Days key={`${from} ${to}`} from={from} to={to} />
          <p className={style.scope}>
            <bdi>{t('threats.scope', { user: session.user, authority: authority?.number, asOf: counted })}</bdi>
          </p>
          <p className={style.scope}>{t('threats.reproduce')}</p>
          <Command text={command.filter(Boolean).join(' ')} />
          <Command text={`GET ${address('/api/threats', { since, until: until ?? Math.ceil(asOf) })}`} />
        </div>
      </Panel>
    </>
  );
}

/** The first and the last day of the figures: entered, they stand in the address. */
function Days({ from, to }: { from: string; to: string }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState({ from, to });
  const [first, last] = [typed.from.trim(), typed.to.trim()];
  const written = (day: string): boolean => day === '' || isDay(day);
  const reversed = isDay(first) && isDay(last) && last < first;
  const fine = written(first) && written(last) && !reversed;
  const faults = {
    from: written(first) ? undefined : t('threats.dayFault'),
    to: reversed ? t('threats.reversed') : written(last) ? undefined : t('threats.dayFault'),
  };
  return (
    <form
      className={style.days}
      data-screen-only
      onSubmit={(event) => {
        event.preventDefault();
        if (!fine) return;
        void navigate({
          search: (old) => ({ ...old, from: first || undefined, to: last || undefined }),
          replace: true,
          resetScroll: false,
        });
      }}
    >
      {(['from', 'to'] as const).map((name) => (
        <TextInput
          key={name}
          className={style.day}
          label={t(`threats.${name}`)}
          description={t(`threats.${name}Hint`)}
          value={typed[name]}
          onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
          error={typed[name].length >= 10 ? faults[name] : undefined}
        />
      ))}
      <Button type="submit" disabled={!fine}>
        {t('threats.count')}
      </Button>
    </form>
  );
}
