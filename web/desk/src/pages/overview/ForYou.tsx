import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconArrowRight, IconBook2, IconHourglass, IconScale, IconStack2, type TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { bookmarks } from '~/api/queries';
import type { Overview } from '~/api/types';
import { useDesk } from '~/app/session';
import { daysUntil } from '~/logic/moment';
import { IsoTime } from '~/parts/Moment';

import style from './Overview.module.css';

/** So many days before an authority ends, it is said. */
const SOON = 14;

/** States of an exhibit in which something is left to do, and what. */
const WAITING = ['registered', 'reading', 'staged', 'failed'] as const;

/** What is new since one was last here, where one stopped reading, and what waits for somebody. */
export function ForYou({ data }: { data: Overview }) {
  const { client, authority } = useDesk();
  const { data: marks = [] } = useQuery(bookmarks(client));
  const left = authority ? daysUntil(authority.valid_to, Date.now()) : Infinity;
  return (
    <ul className={style.forYou}>
      <News data={data} />
      {authority && left <= SOON && <Ends number={authority.number} at={authority.valid_to} />}
      {data.exhibits.map(({ number, state }) => (
        <Waiting key={number} number={number} state={state} />
      ))}
      {marks.map((mark) => (
        <li key={mark.conversation.id}>
          <Link to="/conversations/$id" params={{ id: mark.conversation.id }} className={style.entry}>
            <Content icon={IconBook2} go>
              <Stopped title={mark.conversation.title} number={mark.number} at={mark.stopped} />
            </Content>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Content({ icon: Icon, go, children }: { icon: TablerIcon; go: boolean; children: ReactNode }) {
  return (
    <>
      <Icon size={18} stroke={1.6} aria-hidden />
      <span className={style.entryWords}>{children}</span>
      {go && <IconArrowRight size={16} aria-hidden />}
    </>
  );
}

function News({ data }: { data: Overview }) {
  const { t } = useTranslation();
  const { last_release: before, last_visit: visit, release, new_since_last_visit: added } = data;
  if (visit === null) {
    return (
      <li className={style.entry}>
        <Content icon={IconStack2} go={false}>
          {t('forYou.first')}
        </Content>
      </li>
    );
  }
  const since = (
    <>
      {t('forYou.new', { count: added })} <IsoTime iso={visit} />
    </>
  );
  return (
    <li>
      {before !== null && release !== null && before < release ? (
        <Link to="/releases/compare" search={{ old: before, new: release }} className={style.entry}>
          <Content icon={IconStack2} go>
            {since}
          </Content>
        </Link>
      ) : (
        <span className={style.entry}>
          <Content icon={IconStack2} go={false}>
            {since}
          </Content>
        </span>
      )}
    </li>
  );
}

function Ends({ number, at }: { number: string; at: string }) {
  const { t } = useTranslation();
  return (
    <li className={style.entry}>
      <Content icon={IconScale} go={false}>
        {t('forYou.ends', { number })} <IsoTime iso={at} />
      </Content>
    </li>
  );
}

function Waiting({ number, state }: { number: string; state: string }) {
  const { t } = useTranslation();
  const waiting = WAITING.find((each) => each === state);
  if (waiting === undefined) return null;
  return (
    <li className={style.entry}>
      <Content icon={IconHourglass} go={false}>
        {t(`forYou.waits.${waiting}`, { number })}
      </Content>
    </li>
  );
}

function Stopped({ title, number, at }: { title: string; number: number; at: string }) {
  const { t } = useTranslation();
  return (
    <>
      {t('forYou.readOn')} <bdi className={style.entryTitle}>{title}</bdi>
      <span className={style.entryNote}>
        {t('forYou.stopped', { number })} <IsoTime iso={at} />
      </span>
    </>
  );
}
