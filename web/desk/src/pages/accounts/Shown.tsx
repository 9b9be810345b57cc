import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { histogram, profile as profileQuery } from '~/api/queries';
import type { AccountProfile, Bucket } from '~/api/types';
import { useDesk } from '~/app/session';
import { between, quote } from '~/logic/query';
import { AccountLink } from '~/parts/AccountLink';
import { asFound } from '~/parts/asFound';
import { Panel } from '~/parts/Blocks';
import { Histogram } from '~/parts/Histogram';
import { Moment } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Bone } from '~/parts/Skeletons';
import { Table } from '~/parts/Table';
import { useGapWords } from '~/parts/useGapWords';

import style from './AccountPage.module.css';

type Props = { profile: AccountProfile };

/** Messages per day, sent and received; a stretch that is drawn over is searched. */
export function Activity({ profile }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const received = useQuery({
    ...histogram(client, profile.received.query),
    enabled: profile.received.count > 0,
  });
  const days = [...profile.days, ...(received.data?.days ?? [])].map(({ day }) => day).sort();
  if (days.length === 0) return null;
  return (
    <Section title={t('accounts.activity')} note={`${days[0]} – ${days.at(-1)}`}>
      <Panel>
        <div className={style.stack}>
          <Days title={t('accounts.sent')} days={profile.days} query={profile.sent.query} count={profile.sent.count} />
          {profile.received.count > 0 && (
            <Days
              title={t('accounts.received')}
              days={received.data?.days}
              query={profile.received.query}
              count={profile.received.count}
            />
          )}
        </div>
      </Panel>
    </Section>
  );
}

interface DaysProps {
  title: string;
  days: readonly Bucket[] | undefined;
  query: string;
  count: number;
}

function Days({ title, days, query, count }: DaysProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <div>
      <p className={style.chartHead}>
        <strong>{title}</strong>
        <Link to="/search" search={{ q: query }}>
          {t('count.messages', { count })}
        </Link>
      </p>
      {days ? (
        <Histogram
          days={days}
          height={110}
          onBrush={(first, last) => void navigate({ to: '/search', search: { q: between(query, first, last) } })}
        />
      ) : (
        <Bone height="126px" />
      )}
    </div>
  );
}

/** Numbers of records, each leading to its message; the first few, and the rest when asked for. */
export function Numbers({ records }: { records: readonly number[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? records.length : 6;
  return (
    <span className={style.numbers}>
      {records.map((number, index) => (
        <Link
          key={number}
          data-print-only={index >= shown || undefined}
          to="/records/$number"
          params={{ number: String(number) }}
        >
          #{number}
        </Link>
      ))}
      {records.length > shown && (
        <button type="button" onClick={() => setAll(true)} data-screen-only>
          {t('facets.more', { count: records.length - shown })}
        </button>
      )}
    </span>
  );
}

function Place({ id, title }: { id: string; title: string }) {
  return (
    <Link to="/conversations/$id" params={{ id }} title={id}>
      <bdi>{title}</bdi>
    </Link>
  );
}

/** What a conversation of the account is called; its identifier where it is not among those that are listed. */
const titleIn = ({ conversations }: AccountProfile, id: string): string =>
  conversations.find(({ conversation }) => conversation === id)?.title ?? id;

/** What others call it, and what it called itself, where and since when. */
export function Nicknames({ profile }: Props) {
  const { t } = useTranslation();
  const { nicknames } = profile;
  return (
    <Section title={t('accounts.nicknames')} note={t('accounts.nicknamesNote')}>
      {nicknames.length === 0 ? (
        <Panel>{t('accounts.noNicknames')}</Panel>
      ) : (
        <Table
          columns={[
            t('accounts.name'),
            t('accounts.givenBy'),
            t('accounts.where'),
            t('accounts.first'),
            t('accounts.last'),
            t('accounts.records'),
          ]}
        >
          {nicknames.map(({ name, by, own, conversation, first, last, records }) => (
            <tr key={`${name} ${by.account} ${conversation}`}>
              <td>
                <strong {...asFound}>{name}</strong>
              </td>
              <td>{own ? t('accounts.itself') : <AccountLink party={by} />}</td>
              <td>
                <Place id={conversation} title={titleIn(profile, conversation)} />
              </td>
              <td>
                <Moment moment={first} />
              </td>
              <td>
                <Moment moment={last} />
              </td>
              <td>
                <Numbers records={records} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

/** In which languages it wrote, in a sample of its messages. */
export function Languages({ profile }: Props) {
  const { t, i18n } = useTranslation();
  const { languages, languages_looked_at: looked } = profile;
  const names = new Intl.DisplayNames(i18n.language, { type: 'language' });
  const format = new Intl.NumberFormat(i18n.language);
  if (looked === 0) return null;
  return (
    <Section title={t('accounts.languages')} note={t('accounts.languagesNote', { count: looked })}>
      <Panel>
        <ul className={style.languages}>
          {languages.map(({ language, records }) => (
            <li key={language}>
              <span>{language ? names.of(language) : t('accounts.undetermined')}</span>
              <span className="quiet-numbers">{format.format(records.length)}</span>
              <Numbers records={records} />
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

export function Devices({ profile }: Props) {
  const { t, i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  if (profile.devices.length === 0) return null;
  return (
    <Section title={t('accounts.devices')}>
      <Table
        columns={[
          t('accounts.device'),
          { words: t('accounts.messages'), number: true },
          t('accounts.first'),
          t('accounts.last'),
          t('accounts.records'),
          t('accounts.alsoWith'),
        ]}
      >
        {profile.devices.map(({ device, messages, first, last, records, others }) => (
          <tr key={device}>
            <td>
              <code translate="no">{device}</code>
            </td>
            <td data-number>{format.format(messages)}</td>
            <td>
              <Moment moment={first} />
            </td>
            <td>
              <Moment moment={last} />
            </td>
            <td>
              <Numbers records={[...new Set(records as number[])]} />
            </td>
            <td>
              {others.map((account) => (
                <span key={account} className={style.second}>
                  <AccountLink party={{ account, name: account }} />
                </span>
              ))}
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

/** Where messages of the account are provably missing; drawn, so that it does not look like silence. */
export function Gaps({ profile }: Props) {
  const { t } = useTranslation();
  const words = useGapWords();
  const { gaps } = profile;
  return (
    <Section title={t('accounts.gaps')} note={t('accounts.gapsNote')}>
      {gaps.length === 0 ? (
        <Panel>{t('accounts.noGaps')}</Panel>
      ) : (
        <Table
          columns={[
            t('accounts.where'),
            t('accounts.from'),
            t('accounts.to'),
            t('accounts.missing'),
            t('accounts.around'),
          ]}
        >
          {gaps.map((gap, index) => (
            <tr key={index}>
              <td>
                <Place id={gap.conversation} title={titleIn(profile, gap.conversation)} />
              </td>
              <td>
                <Moment moment={gap.start} />
              </td>
              <td>
                <Moment moment={gap.end} />
              </td>
              <td>{words(gap)}</td>
              <td>
                <Link
                  to="/search"
                  search={{
                    q: between(`in:${quote(gap.conversation)}`, gap.start.iso.slice(0, 10), gap.end.iso.slice(0, 10)),
                    order: 'oldest',
                  }}
                >
                  {t('accounts.searchThese')}
                </Link>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

/** How many entries of each list the whole profile shows at most. */
export const MOST = 200;

/** The profile with longer lists, once these are asked for. */
export function useLonger(profile: AccountProfile, wanted: boolean) {
  const { client } = useDesk();
  const answer = useQuery({ ...profileQuery(client, profile.account, MOST), enabled: wanted });
  return { profile: answer.data?.profile ?? profile, busy: wanted && answer.isPending };
}
