import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconEyeOff, IconFileText, IconMapPin, IconMessage, IconQuote } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { line } from '~/api/queries';
import type { EvidenceItem } from '~/api/types';
import { useDesk } from '~/app/session';
import { circleOf, ringOf } from '~/logic/claim';
import { asFound } from '~/parts/asFound';
import { Digest } from '~/parts/Digest';
import { Moment } from '~/parts/Moment';
import { VerdictMark } from '~/parts/VerdictMark';

import style from './EvidenceList.module.css';

/** How many items stand there before one asks for all of them: each message is fetched. */
const FEW = 4;

const ICONS = {
  message: IconMessage,
  document: IconFileText,
  location: IconMapPin,
  statement: IconQuote,
  outside: IconEyeOff,
} as const;

/** What a claim rests on, or what speaks against it. */
export function EvidenceList({ title, items, none }: { title: string; items: readonly EvidenceItem[]; none: string }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  return (
    <section className={style.side}>
      <h4>{title}</h4>
      {items.length === 0 && <p className={style.none}>{none}</p>}
      <ul>
        {items.map((item, index) => {
          const shown = all || index < FEW;
          const Icon = ICONS[item.kind];
          return (
            <li key={index} data-print-only={!shown || undefined}>
              <Icon size={15} aria-label={t(`item.${item.kind}`)} />
              <div>
                <Item item={item} shown={shown} />
                {item.words && <p {...asFound}>{item.words}</p>}
              </div>
            </li>
          );
        })}
      </ul>
      {items.length > FEW && (
        <button type="button" className={style.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('facets.fewer') : t('facets.more', { count: items.length - FEW })}
        </button>
      )}
    </section>
  );
}

/** An item; of one that only paper shows nothing is fetched. */
function Item({ item, shown }: { item: EvidenceItem; shown: boolean }) {
  const { t } = useTranslation();
  switch (item.kind) {
    case 'message':
      return <MessageItem number={item.record ?? 0} told={shown} />;
    case 'document':
      return (
        <>
          <span className={style.title} {...asFound}>
            {item.name}
          </span>
          {item.page != null && ` · ${t('item.pageNumber', { page: item.page })}`}
          {item.sha256 && <Digest value={item.sha256} what={t('item.sha256')} />}
        </>
      );
    case 'location':
      return (
        <>
          <span className={style.title}>
            <AreaWords area={item.area} />
          </span>
          <span className={style.fact}>
            {item.start && <Moment moment={item.start} />} – {item.end && <Moment moment={item.end} />}
          </span>
          <span className={style.fact} {...asFound}>
            {item.source}
          </span>
        </>
      );
    case 'outside':
      return <span className={style.none}>{t('item.outsideHint')}</span>;
    case 'statement':
      return null;
  }
}

/** An area in words: how far around where. */
function AreaWords({ area }: { area: EvidenceItem['area'] }) {
  const { t } = useTranslation();
  const circle = circleOf(area);
  const [longitude, latitude] = circle?.centre ?? ringOf(area)?.[0] ?? [0, 0];
  const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return circle
    ? t('item.circleWords', { metres: circle.radius, where })
    : t('item.polygonWords', { count: (ringOf(area)?.length ?? 1) - 1, where });
}

/** A message as evidence: its number, which leads to it, who said it and when, and how it begins. */
export function MessageItem({ number, told = true }: { number: number; told?: boolean }) {
  const { client } = useDesk();
  const answer = useQuery({ ...line(client, number), retry: false, enabled: told });
  const found = answer.data;
  return (
    <>
      <Link to="/records/$number" params={{ number: String(number) }} className={style.number}>
        #{number}
      </Link>
      {found && (
        <>
          {' · '}
          <bdi>{found.sender.name || found.sender.account}</bdi>
          <span className={style.fact}>
            <Moment moment={found.time} />
          </span>
          {found.text ? (
            <span className={style.text} {...asFound}>
              {found.text}
            </span>
          ) : (
            <VerdictMark verdict={found.verdict} />
          )}
        </>
      )}
    </>
  );
}
