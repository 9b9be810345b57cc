import { Button, Switch } from '@mantine/core';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconCalendarPlus, IconTimeline } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { code, dossierEntries } from '~/api/dossiers';
import { line as lineQuery } from '~/api/queries';
import type { Choice, CodedMessage, Dossier, DossierEvent, DossierItem } from '~/api/types';
import { codes } from '~/app/pages';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { useKeys } from '~/keys/keys';
import { chronology } from '~/logic/dossiers';
import { Panel } from '~/parts/Blocks';
import { FormDialog } from '~/parts/FormDialog';
import { Section } from '~/parts/PageFrame';
import { EmptyState } from '~/parts/States';

import { CHOICES } from './Coding';
import style from './Dossier.module.css';
import { EventDialog, EventEntry } from './EventEntry';
import { MessageEntry } from './MessageEntry';
import { RemoveDialog, type Removed } from './RemoveDialog';

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

/** Messages and events by their time; a key goes to the next message, one more codes it. */
export function Chronology({ data, items, events, codings, writes }: Props) {
  const { t } = useTranslation();
  const { client, session, renew } = useDesk();
  const { disputed = false } = route.useSearch();
  const navigate = route.useNavigate();
  const cache = useQueryClient();
  const tell = useTell();
  const list = useRef<HTMLOListElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const [around, setAround] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<{ record: number; choice: Choice } | null>(null);
  const [entering, setEntering] = useState<DossierEvent | 'new' | null>(null);
  const [removing, setRemoving] = useState<Removed | null>(null);

  const records = items.flatMap(({ current: record }) => (record === null ? [] : [record]));
  const lines = useQueries({
    queries: records.map((record) => ({ ...lineQuery(client, record), retry: false })),
    combine: (found) => new Map(found.flatMap(({ data: line }) => (line ? [[line.number, line]] : []))),
  });
  const all = useMemo(
    () => chronology(items, events, (record) => lines.get(record), codings),
    [items, events, lines, codings],
  );
  const shown = disputed ? all.filter((each) => each.kind === 'message' && each.coded?.disputed) : all;
  const messages = shown.flatMap((each) => (each.kind === 'message' ? [each] : []));
  const mayCode = data.open && codes(session);
  const withContext = messages.filter(({ item }) => item.before + item.after > 0).map(({ item }) => item.id);
  const allAround = withContext.length > 0 && withContext.every((id) => around.has(id));

  const decide = useMutation({
    mutationFn: ({ record, choice }: { record: number; choice: Choice }) =>
      code(client, data.reference, { record, choice, note: '' }),
    onSuccess: async (_, { record, choice }) => {
      tell.said(t('coding.done', { number: record, choice: t(`coding.choices.${choice}`) }));
      await cache.invalidateQueries(dossierEntries(client));
    },
    onError: tell.failed,
  });
  const decideOn = (record: number, choice: Choice): void => {
    if (GRAVE.includes(choice)) setAsking({ record, choice });
    else decide.mutate({ record, choice });
  };

  const go = (by: number): unknown => {
    const at = messages.findIndex(({ item }) => item.id === current);
    const next = messages[at === -1 && by < 0 ? messages.length - 1 : at + by];
    if (!next) return false;
    setCurrent(next.item.id);
    const element = list.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(next.item.id)}"]`);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest' });
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
    <Section title={t('dossier.chronology')} note={t('dossier.chronologyNote')}>
      <div className={style.bar} data-screen-only>
        {writes && (
          <Button leftSection={<IconCalendarPlus size={14} />} onClick={() => setEntering('new')}>
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
        <ol className={style.entries} ref={list}>
          {shown.map((each) =>
            each.kind === 'message' ? (
              <MessageEntry
                key={each.item.id}
                entry={each}
                reference={data.reference}
                current={each.item.id === current}
                around={around.has(each.item.id)}
                onAround={() => toggle(each.item.id)}
                onFocus={() => setCurrent(each.item.id)}
                onCode={mayCode ? decideOn : undefined}
                onRemove={
                  writes
                    ? () =>
                        setRemoving({
                          kind: 'items',
                          seen: each.item,
                          what: t('dossier.item', { number: each.item.current ?? each.item.record }),
                        })
                    : undefined
                }
              />
            ) : (
              <EventEntry
                key={`event ${each.event.id}`}
                event={each.event}
                onChange={writes ? () => setEntering(each.event) : undefined}
                onRemove={
                  writes
                    ? () => setRemoving({ kind: 'chronology', seen: each.event, what: t('dossier.event') })
                    : undefined
                }
              />
            ),
          )}
        </ol>
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
        run={({ note = '' }) => code(client, data.reference, { ...(asking as NonNullable<typeof asking>), note })}
        stale={dossierEntries(client)}
        onDone={({ record, choice }) => {
          tell.said(t('coding.done', { number: record, choice: t(`coding.choices.${choice}`) }));
          // What was withheld must be nowhere any more, in no answer that is kept.
          if (choice === 'privileged') renew();
        }}
      />
      <EventDialog reference={data.reference} event={entering} onClose={() => setEntering(null)} />
      <RemoveDialog reference={data.reference} removed={removing} onClose={() => setRemoving(null)} />
    </Section>
  );
}
