import { Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { accountHour } from '~/api/queries';
import type { AccountProfile, ZoneEstimate } from '~/api/types';
import { useDesk } from '~/app/session';
import { isoIn } from '~/logic/zone';
import { Panel } from '~/parts/Blocks';
import { Section } from '~/parts/PageFrame';
import { Said } from '~/parts/Said';
import { Bone } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import style from './AccountPage.module.css';

const DAY = 24;
const HOUR = 3_600_000;

/** The hours of the day in which an account wrote, and what they say of where its user slept. */
export function Hours({ profile }: { profile: AccountProfile }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...profile.hours.map(({ count }) => count));
  const quiet = quietHours(profile);
  if (profile.sent.count === 0) return null;
  return (
    <Section title={t('accounts.hours')} note={t('accounts.hoursZone', { zone: profile.zone })}>
      <Panel>
        <div className={style.hours} role="group" aria-label={t('accounts.hours')}>
          {profile.hours.map((hour) => (
            <Hour key={hour.hour} {...hour} share={hour.count / most} quiet={quiet.has(hour.hour)} of={profile} />
          ))}
        </div>
        <Estimate estimate={profile.estimate} />
      </Panel>
    </Section>
  );
}

/** The hours that were taken for the night, in the zone of the profile. */
function quietHours({ estimate, sent, zone }: AccountProfile): Set<number> {
  if (estimate.quiet_from === null || !sent.last) return new Set();
  const midnight = Math.floor(sent.last.utc / (DAY * HOUR)) * DAY * HOUR;
  const first = Number(isoIn(midnight + estimate.quiet_from * HOUR, zone).slice(11, 13));
  return new Set(Array.from({ length: 6 }, (_, index) => (first + index) % DAY));
}

interface HourProps {
  hour: number;
  count: number;
  days: number;
  share: number;
  quiet: boolean;
  of: AccountProfile;
}

function Hour({ hour, count, days, share, quiet, of }: HourProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const clock = (at: number): string => `${String(at % DAY).padStart(2, '0')}:00`;
  const words = t('accounts.hour', {
    from: clock(hour),
    to: clock(hour + 1),
    messages: t('count.messages', { count }),
    days: t('count.days', { count: days }),
  });
  return (
    <Popover opened={open} onChange={setOpen} width={320} trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={style.hour}
          data-quiet={quiet}
          disabled={count === 0}
          title={words}
          aria-label={words}
          onClick={() => setOpen(!open)}
        >
          <span style={{ height: `${share * 100}%` }} />
          <span>{String(hour).padStart(2, '0')}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words}>
        {open && <HourQueries account={of.account} hour={hour} words={words} />}
      </Popover.Dropdown>
    </Popover>
  );
}

/** The searches that find what was sent in an hour of the day: one names so many days as fit into an address. */
function HourQueries({ account, hour, words }: { account: string; hour: number; words: string }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(accountHour(client, account, hour));
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  return (
    <div className={style.queries}>
      <p>{words}</p>
      {answer.isPending && <Bone />}
      {answer.data?.queries.map((query, index, { length }) => (
        <Link key={query} to="/search" search={{ q: query, order: 'oldest' }}>
          {length === 1 ? t('accounts.searchThese') : t('accounts.searchPart', { part: index + 1, of: length })}
        </Link>
      ))}
    </div>
  );
}

/** The ends of the scale of offsets from UTC, in minutes. */
const WEST = -12 * 60;
const EAST = 14 * 60;

function Estimate({ estimate }: { estimate: ZoneEstimate }) {
  const { t, i18n } = useTranslation();
  const { offset, uncertainty } = estimate;
  const share = (minutes: number): number => (100 * (Math.min(EAST, Math.max(WEST, minutes)) - WEST)) / (EAST - WEST);
  const hours = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  return (
    <div className={style.zone}>
      {offset !== null && uncertainty !== null && (
        <>
          <span className={style.offset}>
            {clockOffset(offset)} <span>± {t('accounts.hoursLong', { hours: hours.format(uncertainty / 60) })}</span>
          </span>
          <span className={style.range} aria-hidden>
            <span
              style={{
                left: `${share(offset - uncertainty)}%`,
                width: `${share(offset + uncertainty) - share(offset - uncertainty)}%`,
              }}
            />
            <i style={{ left: `${share(offset)}%` }} />
          </span>
        </>
      )}
      <p>
        <Said>{estimate.words}</Said>
      </p>
    </div>
  );
}

function clockOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}:${String(size % 60).padStart(2, '0')}`;
}
