import { Button, Kbd, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconArrowBackUp, IconEyeOff, IconMoodEmpty, IconUserShield } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { decisions as decisionsQuery, privilege as privilegeQuery } from '~/api/queries';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { useKeptState } from '~/app/kept';
import { NeedsRelease } from '~/app/NeedsRelease';
import { decidesPrivilege } from '~/app/pages';
import { SHOWN, type Shown } from '~/app/params';
import { useDesk } from '~/app/session';
import { useKeys } from '~/keys/keys';
import { type Entry, past, standing } from '~/logic/withheld';
import { useTitle } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { Command, EmptyState, ErrorState } from '~/parts/States';
import { VirtualList, type VirtualListHandle } from '~/parts/VirtualList';
import { DeclareDialog } from '~/privilege/DeclareDialog';
import { ProvenanceDrawer } from '~/provenance/ProvenanceDrawer';

import { type Act, DecideDialog, type Done, OPPOSITE } from './DecideDialog';
import { EntryRow } from './EntryRow';
import style from './FilterPage.module.css';
import { Judging } from './Judging';

const route = getRouteApi('/desk/filter');

/** What is withheld, and the decisions on it: for the filter team alone. */
export function FilterPage() {
  const { t } = useTranslation();
  const { session } = useDesk();
  useTitle(t('pages.filter'));
  if (!decidesPrivilege(session)) return <NotYours />;
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <FilterDesk />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

/** Says to anybody else whose page it is, and nothing of what is on it. */
function NotYours() {
  const { t } = useTranslation();
  const { session } = useDesk();
  return (
    <EmptyState level={1} icon={IconEyeOff} title={t('filter.notYours')}>
      <p>{t('filter.notYoursHint')}</p>
      {session.single_user && (
        <>
          <p>{t('filter.alone')}</p>
          <Command text={`underseal user add ${t('filter.commandOptions')}`} />
        </>
      )}
    </EmptyState>
  );
}

const NO_MORE = {
  hasNextPage: false,
  isFetchingNextPage: false,
  isFetchNextPageError: false,
  fetchNextPage: () => undefined,
};

const UNDO = 'u';

function FilterDesk() {
  const { t } = useTranslation();
  const { client } = useDesk();
  const { show = 'waiting', open, provenance } = route.useSearch();
  const navigate = route.useNavigate();
  const [declaring, setDeclaring] = useState(false);
  const [act, setAct] = useState<Act | null>(null);
  // What was decided last: a decision is an act, and the opposite act takes it back.
  const [last, setLast] = useKeptState<Done | null>('filter decided', null);
  const register = useQuery(privilegeQuery(client));
  const holding = useQuery(decisionsQuery(client, false));
  const history = useQuery({ ...decisionsQuery(client, true), enabled: show === 'history' });
  const all = useMemo(
    () => (register.data && holding.data ? standing(register.data, holding.data) : []),
    [register.data, holding.data],
  );
  const waiting = all.filter((entry) => entry.standing === 'waiting');
  const list = useMemo(() => {
    if (show === 'history') return past(history.data ?? []);
    return show === 'waiting'
      ? all.filter((entry) => entry.standing === 'waiting')
      : all.filter((entry) => entry.standing !== 'waiting').reverse();
  }, [all, history.data, show]);
  const chosen = list.find(({ key }) => key === open) ?? all.find(({ key }) => key === open);
  const answers = show === 'history' ? [history] : [register, holding];
  const failed = answers.find(({ isError }) => isError);
  const pending = answers.find(({ isPending }) => isPending);

  const choose = useCallback(
    (entry: Entry | undefined) =>
      void navigate({ search: (old) => ({ ...old, open: entry?.key, provenance: undefined }), replace: true }),
    [navigate],
  );
  const prove = useCallback(
    (number: number | undefined) => void navigate({ search: (old) => ({ ...old, provenance: number }), replace: true }),
    [navigate],
  );
  /** What was decided on leaves the list of what waits: the next one opens. */
  const goOn = (decided: Entry, done: Done): void => {
    setLast(done);
    const at = waiting.findIndex(({ key }) => key === decided.key);
    if (show === 'waiting' && at !== -1) choose(waiting[at + 1] ?? waiting[at - 1]);
  };
  const undone = last && all.find(({ key }) => key === last.key);
  const undo = (): unknown =>
    last && undone
      ? setAct({ entry: undone, verb: OPPOSITE[last.verb], why: t('filter.undoes', { what: last.words }) })
      : false;
  useKeys([{ keys: UNDO, words: t('keys.undoDecision'), group: 'list', run: undo }]);
  return (
    <div className={style.page}>
      <section className={style.left} data-screen-only={provenance !== undefined || undefined}>
        <header className={style.head}>
          <h1>{t('pages.filter')}</h1>
          <p aria-live="polite">
            {register.data &&
              t('filter.counts', {
                waiting: t('filter.waiting', { count: waiting.length }),
                accounts: t('count.accounts', { count: register.data.accounts }),
                conversations: t('count.rooms', { count: register.data.conversations }),
                messages: t('count.messages', { count: register.data.messages }),
              })}
          </p>
          <div className={style.tools} data-screen-only>
            <SegmentedControl
              aria-label={t('filter.show')}
              value={show}
              onChange={(value) =>
                void navigate({ search: { show: value === 'waiting' ? undefined : (value as Shown) } })
              }
              data={SHOWN.map((value) => ({ value, label: t(`filter.shown.${value}`) }))}
            />
            <Button leftSection={<IconUserShield size={14} />} onClick={() => setDeclaring(true)}>
              {t('privilege.declare')}
            </Button>
            {undone && (
              <Button
                variant="subtle"
                color="gray"
                leftSection={<IconArrowBackUp size={15} />}
                rightSection={<Kbd size="xs">{UNDO}</Kbd>}
                onClick={undo}
              >
                {t('filter.undo')}
              </Button>
            )}
          </div>
        </header>
        {failed && <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />}
        {!failed && pending && (
          <Pending queryKey={privilegeQuery(client).queryKey} answer={pending}>
            <RowSkeletons />
          </Pending>
        )}
        {!failed && !pending && list.length === 0 && (
          <EmptyState icon={IconMoodEmpty} title={t(`filter.none.${show}`)}>
            <p>{t(`filter.noneHint.${show}`)}</p>
          </EmptyState>
        )}
        {list.length > 0 && <Entries key={show} show={show} list={list} open={chosen?.key} onOpen={choose} />}
      </section>
      <section className={style.pane} aria-label={t('filter.judging')}>
        {chosen ? (
          <Judging key={chosen.key} entry={chosen} onBegin={setAct} onProvenance={prove} />
        ) : (
          <p className={style.hint}>{t('filter.pick')}</p>
        )}
      </section>
      {provenance !== undefined && <ProvenanceDrawer number={provenance} onClose={() => prove(undefined)} />}
      <DecideDialog act={act} onClose={() => setAct(null)} onDecided={goOn} />
      <DeclareDialog opened={declaring} onClose={() => setDeclaring(false)} />
    </div>
  );
}

interface EntriesProps {
  show: Shown;
  list: readonly Entry[];
  open: string | undefined;
  onOpen: (entry: Entry) => void;
}

function Entries({ show, list, open, onOpen }: EntriesProps) {
  const { t } = useTranslation();
  const pane = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualListHandle>(null);
  const [current, setCurrent] = useKeptState(`row filter ${show}`, -1);
  const found = list.findIndex(({ key }) => key === open);
  const at = found === -1 ? current : found;
  const go = (index: number): unknown => {
    const entry = list[index];
    if (!entry) return false;
    setCurrent(index);
    handle.current?.show(index);
    onOpen(entry);
  };
  useKeys([
    { keys: 'j', words: t('keys.nextEntry'), group: 'list', run: () => go(at + 1) },
    { keys: 'k', words: t('keys.previousEntry'), group: 'list', run: () => go(at - 1) },
  ]);
  return (
    <VirtualList
      pane={pane}
      handle={handle}
      label={t(`filter.shown.${show}`)}
      name={`filter ${show}`}
      list={list}
      pages={NO_MORE}
      keyOf={({ key }) => key}
      height={84}
    >
      {(entry, index) => (
        <EntryRow
          entry={entry}
          open={entry.key === open}
          onOpen={() => {
            setCurrent(index);
            onOpen(entry);
          }}
        />
      )}
    </VirtualList>
  );
}
