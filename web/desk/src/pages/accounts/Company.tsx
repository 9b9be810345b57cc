import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AccountProfile, Counted } from '~/api/types';
import { valuesOf } from '~/logic/query';
import { AccountLink } from '~/parts/AccountLink';
import { Panel } from '~/parts/Blocks';
import { lockedWords } from '~/parts/lockedWords';
import { Moment } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Table } from '~/parts/Table';

import style from './AccountPage.module.css';
import { useLonger } from './Shown';

/** Whom it wrote with, in which conversations, and who wrote at the same time. */
export function Company(props: { profile: AccountProfile }) {
  const [all, setAll] = useState(false);
  const { profile, busy } = useLonger(props.profile, all);
  const more = (shown: number, count: number) => (
    <More shown={shown} count={count} busy={busy} onMore={() => setAll(true)} />
  );
  return (
    <>
      <Contacts profile={profile} />
      {more(profile.contacts.length, profile.contact_count)}
      <Conversations profile={profile} />
      {more(profile.conversations.length, profile.conversation_count)}
      <Together profile={profile} />
    </>
  );
}

interface MoreProps {
  shown: number;
  count: number;
  busy: boolean;
  onMore: () => void;
}

function More({ shown, count, busy, onMore }: MoreProps) {
  const { t } = useTranslation();
  if (shown >= count) return null;
  return (
    <p className={style.quiet}>
      {t('accounts.shownOf', { shown, count })}{' '}
      {shown < 200 && (
        <Button size="compact-xs" loading={busy} onClick={onMore} data-screen-only>
          {t('accounts.showMore')}
        </Button>
      )}
    </p>
  );
}

/** Messages that were counted: they lead to their search. */
function CountLink({ counted }: { counted: Counted }) {
  const { t } = useTranslation();
  return (
    <>
      <Link to="/search" search={{ q: counted.query }}>
        {t('count.messages', { count: counted.count })}
      </Link>
      {counted.locked > 0 && <span className={style.second}>{lockedWords(t, counted.count, counted.locked)}</span>}
    </>
  );
}

function Span({ counted: { first, last } }: { counted: Counted }) {
  return (
    <>
      {first && <Moment moment={first} />}
      {last && (
        <span className={style.second}>
          <Moment moment={last} />
        </span>
      )}
    </>
  );
}

function Contacts({ profile }: { profile: AccountProfile }) {
  const { t, i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  return (
    <Section title={t('accounts.contacts')} note={t('count.accounts', { count: profile.contact_count })}>
      {profile.contacts.length === 0 ? (
        <Panel>{t('accounts.noContacts')}</Panel>
      ) : (
        <Table
          columns={[
            t('accounts.account'),
            { words: t('accounts.sentTo'), number: true },
            { words: t('accounts.receivedFrom'), number: true },
            { words: t('accounts.direct'), number: true },
            { words: t('accounts.shared'), number: true },
            t('accounts.together'),
            t('accounts.firstLast'),
          ]}
        >
          {profile.contacts.map((contact) => (
            <tr key={contact.account}>
              <td>
                <AccountLink party={contact} account />
              </td>
              <td data-number>{format.format(contact.sent)}</td>
              <td data-number>{format.format(contact.received)}</td>
              <td data-number>{format.format(contact.direct)}</td>
              <td data-number>{format.format(contact.shared)}</td>
              <td>
                <CountLink counted={contact.counted} />
              </td>
              <td>
                <Span counted={contact.counted} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function Conversations({ profile }: { profile: AccountProfile }) {
  const { t, i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language);
  if (profile.conversations.length === 0) return null;
  return (
    <Section title={t('accounts.conversations')} note={t('count.rooms', { count: profile.conversation_count })}>
      <Table
        columns={[
          t('accounts.where'),
          { words: t('accounts.sent'), number: true },
          { words: t('accounts.received'), number: true },
          t('accounts.together'),
          t('accounts.firstLast'),
        ]}
      >
        {profile.conversations.map(({ conversation, title, direct, sent, received, counted }) => (
          <tr key={conversation}>
            <td>
              <Link to="/conversations/$id" params={{ id: conversation }}>
                <bdi>{title}</bdi>
              </Link>
              <span className={style.second}>{t(direct ? 'conversations.direct' : 'conversations.group')}</span>
            </td>
            <td data-number>{format.format(sent)}</td>
            <td data-number>{format.format(received)}</td>
            <td>
              <CountLink counted={counted} />
            </td>
            <td>
              <Span counted={counted} />
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

function Together({ profile }: { profile: AccountProfile }) {
  const { t } = useTranslation();
  const titles = new Map(profile.conversations.map(({ conversation, title }) => [conversation, title]));
  return (
    <Section
      title={t('accounts.copresence')}
      note={t('accounts.copresenceNote', { minutes: profile.copresence_minutes })}
    >
      {profile.copresence.length === 0 ? (
        <Panel>{t('accounts.noCopresence')}</Panel>
      ) : (
        <Table
          columns={[
            t('accounts.account'),
            t('accounts.messages'),
            t('accounts.first'),
            t('accounts.last'),
            t('accounts.where'),
          ]}
        >
          {profile.copresence.map((other) => (
            <tr key={other.account}>
              <td>
                <AccountLink party={other} account />
              </td>
              <td>{t('count.messages', { count: other.messages })}</td>
              <td>
                <Moment moment={other.first} />
              </td>
              <td>
                <Moment moment={other.last} />
              </td>
              <td>
                {other.queries.map((query) => (
                  <span key={query} className={style.second}>
                    <Link to="/search" search={{ q: query, order: 'oldest' }}>
                      <bdi>{titles.get(valuesOf(query, 'in')[0] ?? '') ?? t('accounts.searchThese')}</bdi>
                    </Link>
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
