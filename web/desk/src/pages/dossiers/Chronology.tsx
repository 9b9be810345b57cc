import { Button, Switch } from '@mantine/core';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconCalendarPlus, IconTimeline } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { code, codings as codingsQuery, dossierEntries, itemLines, LINES_AT_ONCE } from '~/api/dossiers';
import type { Choice, CodedMessage, Dossier, DossierEvent, DossierItem, Line } from '~/api/types';
import { codes } from '~/app/pages';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { useKeys } from '~/keys/keys';
import { chronology, type Dated, withCoding } from '~/logic/dossiers';
import { Panel } from '~/parts/Blocks';
import { FormDialog } from '~/parts/FormDialog';
import { Section } from '~/parts/PageFrame';
import { EmptyState } from '~/parts/States';
import type { VirtualListHandle } from '~/parts/VirtualList';
import { VirtualRows } from '~/parts/VirtualRows';

import { CHOICES } from './Coding';
import style from './Dossier.module.css';
import { EventEntry } from './EventEntry';
import { ItemDialog } from './ItemDialog';
import { MessageEntry } from './MessageEntry';
import { RemoveDialog, type Removed } from './RemoveDialog';
import { useWork } from './Work';

const route = getRouteApi('/desk/dossiers/$dossier');

interface Props {
  data: Dossier;
  items: readonly DossierItem[];
  events: readonly DossierEvent[];
  codings: readonly CodedMessage[];
  writes: boolean;
}

/** What cannot be taken back by coding once more is said first. */
const GRAVE: readonly Choice[] = ['privileged', 'threat_to_life'];

/** About how high an entry is, in pixels. */
const HEIGHT = 150;

const keyOf = (entry: Dated): string => (entry.kind === 'message' ? entry.item.id : `event ${entry.event.id}`);

/** Messages and events by their time; a key goes to the next message, one more codes it. */
export function Chronology({ data, items, events, codings, writes }: Props) {
  const { t } = useTranslation();
  const { client, session, renew } = useDesk();
  const { disputed = false } = route.useSearch();
  const navigate = route.useNavigate();
  const cache = useQueryClient();
  const tell = useTell();
  const { reference } = data;
  const list = useRef<HTMLDivElement>(null);
  const rows = useRef<VirtualListHandle>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const [around, setAround] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<{ record: number; choice: Choice } | null>(null);
  const [changing, setChanging] = useState<DossierItem | null>(null);
  const [removing, setRemoving] = useState<Removed | null>(null);
  const { add, tools, dialogs } = useWork(reference, writes);

  const all = useMemo(() => chronology(items, events, codings), [items, events, codings]);
  const shown = useMemo(
    () => (disputed ? all.filter((each) => each.kind === 'message' && each.coded?.disputed) : all),
    [all, disputed],
  );
  const messages = useMemo(() => shown.flatMap((each) => (each.kind === 'message' ? [each] : [])), [shown]);
  const { lines, onSight } = useLines(reference, all, shown);
  const mayCode = data.open && codes(session);
  const withContext = messages.filter(({ item }) => item.before + item.after > 0).map(({ item }) => item.id);
  const allAround = withContext.length > 0 && withContext.every((id) => around.has(id));
  const nameOf = (item: DossierItem): string => t('dossier.item', { number: item.current ?? item.record });

  const decide = useMutation({
    mutationFn: ({ record, choice }: { record: number; choice: Choice }) =>
      code(client, reference, { record, choice, note: '' }),
    onSuccess: (made, { record, choice }) => {
      tell.said(t('coding.done', { number: record, choice: t(`coding.choices.${choice}`) }));
      // Reviewers code hundreds in a row: what is known of one decision needs no other answer.
      cache.setQueryData(codingsQuery(client, reference).queryKey, (old) => old && withCoding(old, made));
    },
    onError: tell.failed,
  });
  const decideOn = (record: number, choice: Choice): void => {
    if (GRAVE.includes(choice)) setAsking({ record, choice });
    else decide.mutate({ record, choice });
  };

  const show = useCallback(
    (id: string): void => {
      rows.current?.show(shown.findIndex((each) => keyOf(each) === id));
      setCurrent(id);
    },
    [shown],
  );
  // Whoever the keys led to an entry has it focused once it is on the page.
  useEffect(() => {
    if (current === null) return;
    const focus = (): boolean => {
      const element = list.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(current)}"]`);
      // Who went to something in the entry themselves stays there.
      if (!element?.contains(document.activeElement)) element?.focus({ preventScroll: true });
      return element !== undefined && element !== null;
    };
    if (focus()) return;
    const watch = new MutationObserver(() => focus() && watch.disconnect());
    if (list.current) watch.observe(list.current, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [current]);
  // A link to an entry ("#item-message:12") leads to it, though it is not on the page yet.
  useEffect(() => {
    const follow = (): void => {
      const id = decodeURIComponent(location.hash).replace(/^#item-/u, '');
      if (shown.some((each) => keyOf(each) === id)) show(id);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [shown, show]);

  const go = (by: number): unknown => {
    const at = messages.findIndex(({ item }) => item.id === current);
    const next = messages[at === -1 && by < 0 ? messages.length - 1 : at + by];
    if (!next) return false;
    show(next.item.id);
  };
  const chosen = messages.find(({ item }) => item.id === current);
  const toggle = (id: string): void =>
    setAround((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  useKeys([
    { keys: 'j', words: t('keys.nextLine'), group: 'message', run: () => go(1) },
    { keys: 'k', words: t('keys.previousLine'), group: 'message', run: () => go(-1) },
    {
      keys: 'o',
      words: t('keys.context'),
      group: 'message',
      run: () => (chosen && chosen.item.before + chosen.item.after > 0 ? toggle(chosen.item.id) : false),
    },
    ...(writes
      ? [
          {
            keys: 'e',
            words: t('keys.changeItem'),
            group: 'message' as const,
            run: () => (chosen ? setChanging(chosen.item) : false),
          },
        ]
      : []),
    ...(mayCode
      ? CHOICES.map(({ choice, key }) => ({
          keys: `c ${key}`,
          words: t('keys.code', { choice: t(`coding.choices.${choice}`) }),
          group: 'message' as const,
          run: () => (chosen && chosen.item.current !== null ? decideOn(chosen.item.current, choice) : false),
        }))
      : []),
  ]);

  const none = shown.length === 0;
  return (
    <Section id="chronology" title={t('dossier.chronology')} note={t('dossier.chronologyNote')}>
      <div className={style.bar} data-screen-only>
        {writes && (
          <Button leftSection={<IconCalendarPlus size={14} />} onClick={() => add('event')}>
            {t('dossier.eventAdd')}
          </Button>
        )}
        {withContext.length > 0 && (
          <Button onClick={() => setAround(allAround ? new Set() : new Set(withContext))}>
            {t(allAround ? 'dossier.contextNone' : 'dossier.contextAll')}
          </Button>
        )}
        <Switch
          size="xs"
          label={t('coding.only')}
          checked={disputed}
          onChange={(event) =>
            void navigate({
              search: event.currentTarget.checked ? { disputed: true } : {},
              replace: true,
              resetScroll: false,
            })
          }
        />
        {mayCode && messages.length > 0 && <span className={style.hint}>{t('coding.keysHint')}</span>}
      </div>
      {none ? (
        <Panel>
          <EmptyState icon={IconTimeline} title={t(disputed ? 'coding.noneDisputed' : 'dossier.chronologyNone')}>
            <p>{t(disputed ? 'coding.noneDisputedHint' : 'dossier.chronologyNoneHint')}</p>
          </EmptyState>
        </Panel>
      ) : (
        <div className={style.entries} ref={list}>
          <VirtualRows list={shown} keyOf={keyOf} height={HEIGHT} handle={rows} onSight={onSight}>
            {(each) =>
              each.kind === 'message' ? (
                <MessageEntry
                  entry={each}
                  line={lines.get(each.item.id)}
                  reference={reference}
                  current={each.item.id === current}
                  around={around.has(each.item.id)}
                  onAround={() => toggle(each.item.id)}
                  onFocus={() => setCurrent(each.item.id)}
                  onCode={mayCode ? decideOn : undefined}
                  onChange={writes ? () => setChanging(each.item) : undefined}
                  onRemove={
                    writes ? () => setRemoving({ kind: 'item', seen: each.item, what: nameOf(each.item) }) : undefined
                  }
                />
              ) : (
                <EventEntry event={each.event} tools={tools(each.event)} />
              )
            }
          </VirtualRows>
        </div>
      )}
      <FormDialog
        opened={asking !== null}
        onClose={() => setAsking(null)}
        title={`${t('coding.title', { number: asking?.record })}: ${asking ? t(`coding.choices.${asking.choice}`) : ''}`}
        lead={t(asking?.choice === 'privileged' ? 'coding.privilegedLead' : 'coding.threatLead', {
          number: asking?.record,
        })}
        fields={[
          {
            name: 'note',
            label: t(asking?.choice === 'privileged' ? 'reason' : 'threats.alertWords'),
            kind: 'note',
          },
        ]}
        confirm={t(asking?.choice === 'privileged' ? 'coding.privilegedDo' : 'coding.threatDo')}
        run={({ note = '' }) => code(client, reference, { ...(asking as NonNullable<typeof asking>), note })}
        stale={dossierEntries(client)}
        onDone={({ record, choice }) => {
          tell.said(t('coding.done', { number: record, choice: t(`coding.choices.${choice}`) }));
          // What was withheld must be nowhere any more, in no answer that is kept.
          if (choice === 'privileged') renew();
        }}
      />
      {dialogs}
      {changing && (
        <ItemDialog reference={reference} item={changing} what={nameOf(changing)} onClose={() => setChanging(null)} />
      )}
      <RemoveDialog reference={reference} removed={removing} onClose={() => setRemoving(null)} />
    </Section>
  );
}

/** The lines of what is in sight, asked for by stretches of the chronology; what was there once stays. */
function useLines(reference: string, all: readonly Dated[], shown: readonly Dated[]) {
  const { client } = useDesk();
  const stretches = useMemo(() => {
    const ids = all.flatMap((each) => (each.kind === 'message' ? [each.item.id] : []));
    return Array.from({ length: Math.ceil(ids.length / LINES_AT_ONCE) }, (_, index) =>
      ids.slice(index * LINES_AT_ONCE, (index + 1) * LINES_AT_ONCE),
    );
  }, [all]);
  const stretchOf = useMemo(
    () => new Map(stretches.flatMap((ids, index) => ids.map((id) => [id, index]))),
    [stretches],
  );
  const [sight, setSight] = useState<readonly [first: number, last: number]>([0, 0]);
  const onSight = useCallback((first: number, last: number) => setSight([first, last]), []);
  const [first, last] = sight;
  const wanted = new Set(shown.slice(first, last + 1).flatMap((each) => stretchOf.get(keyOf(each)) ?? []));
  const lines = useQueries({
    queries: [...wanted].sort((a, b) => a - b).map((index) => itemLines(client, reference, stretches[index] ?? [])),
    combine: (found) => new Map<string, Line>(found.flatMap(({ data }) => [...(data ?? [])])),
  });
  return { lines, onSight };
}
