import { ActionIcon, Kbd, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowUpRight, IconX } from '@tabler/icons-react';
import { type RefObject, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { conversationSummary, line as lineQuery, type LineFilter, type Start } from '~/api/queries';
import type { Hit } from '~/api/types';
import { useDesk } from '~/app/session';
import { useKeys } from '~/keys/keys';
import { LinkButton } from '~/parts/LinkButton';
import { LineSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { Reader } from '~/reading/Reader';
import { ReaderHead } from '~/reading/ReaderHead';

import style from './SearchPage.module.css';

interface Props {
  pane: RefObject<HTMLElement | null>;
  number: number | undefined;
  /** The hit, when it is among those that were fetched: it brings its matches along. */
  hit: Hit | undefined;
  onProvenance: (number: number) => void;
  onClose: () => void;
  /** The keys go back to the list; the conversation stays open. */
  onLeave: () => void;
}

/** The conversation of the hit that is open, around it. */
export function ReadingPane({ pane, number, hit, onProvenance, onClose, onLeave }: Props) {
  const { t } = useTranslation();
  useKeys([{ keys: 'Escape', words: t('keys.back'), group: 'everywhere', run: onLeave }], pane);
  useKeys([
    {
      keys: 'Escape',
      words: t('keys.back'),
      group: 'everywhere',
      run: () => (number === undefined ? false : onClose()),
    },
  ]);
  return (
    <section className={style.reading} ref={pane} aria-label={t('search.reading')} data-open={number !== undefined}>
      {number === undefined ? (
        <Hint />
      ) : (
        <Around key={number} number={number} hit={hit} onProvenance={onProvenance} onClose={onClose} />
      )}
    </section>
  );
}

const ALL: LineFilter = { participant: [], kind: [] };

function Around({
  number,
  hit,
  onProvenance,
  onClose,
}: Omit<Props, 'pane' | 'number' | 'onLeave'> & { number: number }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const fetched = useQuery({ ...lineQuery(client, number), enabled: hit === undefined });
  const line = hit?.line ?? fetched.data;
  const id = line?.conversation ?? '';
  const summary = useQuery({ ...conversationSummary(client, id), enabled: id !== '' });
  const start = useMemo<Start>(() => ({ around: number }), [number]);
  const [filter, setFilter] = useState(ALL);
  if (fetched.isError) return <ErrorState error={fetched.error} onRetry={() => void fetched.refetch()} />;
  if (!line) return <LineSkeletons />;
  return (
    <Reader
      conversation={id}
      start={start}
      filter={filter}
      level={3}
      highlights={hit && { number, ranges: hit.highlights }}
      onProvenance={onProvenance}
      head={(jump) => (
        <ReaderHead
          summary={summary.data}
          title={summary.data?.title ?? hit?.title ?? id}
          filter={filter}
          onFilter={setFilter}
          onJump={jump}
          level={2}
          actions={
            <>
              <LinkButton
                to="/conversations/$id"
                params={{ id }}
                search={{ at: number }}
                title={t('search.openConversation')}
                leftSection={<IconArrowUpRight size={14} />}
              >
                {t('search.openConversation')}
              </LinkButton>
              <Tooltip label={t('close')}>
                <ActionIcon aria-label={t('close')} onClick={onClose}>
                  <IconX size={18} />
                </ActionIcon>
              </Tooltip>
            </>
          }
        />
      )}
    />
  );
}

function Hint() {
  const { t } = useTranslation();
  const keys = [
    ['j', t('keys.nextHit')],
    ['k', t('keys.previousHit')],
    ['o', t('keys.open')],
    ['?', t('keys.help')],
  ];
  return (
    <div className={style.hint}>
      <p>{t('search.pickHit')}</p>
      <dl>
        {keys.map(([key, words]) => (
          <div key={key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
