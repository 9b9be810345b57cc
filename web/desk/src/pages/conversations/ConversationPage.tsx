import { ActionIcon, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { IconListSearch, IconPrinter } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { conversationSummary, keepPosition, type LineFilter, position, type Start } from '~/api/queries';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { useDesk } from '~/app/session';
import { toggle } from '~/logic/query';
import { lockedWords } from '~/parts/lockedWords';
import { useTitle } from '~/parts/PageFrame';
import { PrintHead } from '~/parts/PrintHead';
import { LineSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import { ProvenanceDrawer } from '~/provenance/ProvenanceDrawer';
import { Reader } from '~/reading/Reader';
import { ReaderHead } from '~/reading/ReaderHead';

import style from './ConversationPage.module.css';

const route = getRouteApi('/desk/conversations/$id');

export function ConversationPage() {
  const { id } = route.useParams();
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <Conversation key={id} id={id} />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

function Conversation({ id }: { id: string }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const { at, participant, kind, provenance } = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const summary = useQuery(conversationSummary(client, id));
  const stopped = useQuery({ ...position(client, id), enabled: at === undefined });
  const filter = useMemo<LineFilter>(() => ({ participant: participant ?? [], kind: kind ?? [] }), [participant, kind]);
  // Where one stopped matters when the conversation is opened; it is not followed while one reads.
  const resume = stopped.data?.number ?? null;
  const start = useMemo<Start>(() => {
    if (at !== undefined) return { around: at };
    return resume === null ? { end: true } : { resume };
  }, [at, resume]);
  const title = summary.data?.title ?? id;
  useTitle(title);

  const rest = useCallback(
    (number: number) => void keepPosition(client, id, number).catch(() => undefined),
    [client, id],
  );
  const prove = useCallback(
    (number: number | undefined) => void navigate({ search: (old) => ({ ...old, provenance: number }), replace: true }),
    [navigate],
  );
  const narrow = (next: LineFilter): void =>
    void navigate({
      search: (old) => ({
        ...old,
        participant: next.participant.length > 0 ? [...next.participant] : undefined,
        kind: next.kind.length > 0 ? [...next.kind] : undefined,
      }),
      replace: true,
    });

  if (summary.isError) return <ErrorState error={summary.error} onRetry={() => void summary.refetch()} />;
  if (at === undefined && stopped.isPending) return <LineSkeletons count={12} />;
  return (
    <div className={style.page}>
      <div className={style.reader}>
        {summary.data && (
          <PrintHead
            what={t('print.part', {
              id,
              messages: t('count.messages', { count: summary.data.messages }),
              locked: lockedWords(t, summary.data.messages, summary.data.locked),
            })}
          />
        )}
        <Reader
          conversation={id}
          start={start}
          filter={filter}
          level={2}
          onProvenance={prove}
          onRest={rest}
          head={(jump) => (
            <ReaderHead
              summary={summary.data}
              title={title}
              filter={filter}
              onFilter={narrow}
              onJump={jump}
              level={1}
              actions={
                <>
                  <Tooltip label={t('reader.searchHere')}>
                    <ActionIcon
                      size={30}
                      variant="default"
                      aria-label={t('reader.searchHere')}
                      onClick={() => void go({ to: '/search', search: { q: toggle('', 'in', id) } })}
                    >
                      <IconListSearch size={16} />
                    </ActionIcon>
                  </Tooltip>
                  <Tooltip label={t('reader.print')}>
                    <ActionIcon size={30} variant="default" aria-label={t('reader.print')} onClick={() => print()}>
                      <IconPrinter size={16} />
                    </ActionIcon>
                  </Tooltip>
                </>
              }
            />
          )}
        />
      </div>
      {provenance !== undefined && <ProvenanceDrawer number={provenance} onClose={() => prove(undefined)} />}
    </div>
  );
}
