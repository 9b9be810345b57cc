import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { type UseInfiniteQueryResult, type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { IconFileOff, IconPrinter } from '@tabler/icons-react';
import { type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { type Schedule, scheduleLines, type SchedulePages, SCHEDULES } from '~/api/disclosing';
import type { Client } from '~/api/client';
import { useKeptState } from '~/app/kept';
import { useDesk } from '~/app/session';
import { useKeys } from '~/keys/keys';
import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { VirtualList, type VirtualListHandle } from '~/parts/VirtualList';

import style from './Disclose.module.css';
import type { Hold } from './HoldDialog';
import { SensitiveRow, UnusedRow, UsedRow } from './ScheduleRows';

interface Props {
  reference: string;
  show: Schedule;
  onShow: (schedule: Schedule) => void;
  /** Missing where nothing may be held back: the dossier is closed, or one's role only reads. */
  onHold: ((hold: Hold) => void) | undefined;
  onPrint: () => void;
}

/** The three schedules as a pack would have them, each of any length. */
export function Schedules({ reference, show, onShow, onHold, onPrint }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const used = useInfiniteQuery(scheduleLines(client, reference, 'used'));
  const counts = used.data?.pages[0]?.counts;
  return (
    <>
      <div className={style.tools}>
        <SegmentedControl
          aria-label={t('disclosing.schedules')}
          value={show}
          onChange={(value) => onShow(value as Schedule)}
          data={SCHEDULES.map((value) => ({
            value,
            label: counts
              ? t('disclosing.tab', { schedule: t(`disclosing.schedule.${value}`), count: counts[value] })
              : t(`disclosing.schedule.${value}`),
          }))}
        />
        <Tooltip label={t('disclosing.print')}>
          <ActionIcon size={30} variant="default" aria-label={t('disclosing.print')} onClick={onPrint}>
            <IconPrinter size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <p className={style.note}>{t(`disclosing.scheduleNote.${show}`)}</p>
      {show === 'used' && (
        <Lines key="used" schedule="used" reference={reference} client={client} answer={used} onHold={onHold}>
          {(line) => <UsedRow line={line} onHold={onHold} />}
        </Lines>
      )}
      {show === 'unused' && <Unused reference={reference} client={client} onHold={onHold} />}
      {show === 'sensitive' && <Sensitive reference={reference} client={client} onHold={onHold} />}
    </>
  );
}

type Which = Pick<Props, 'reference' | 'onHold'> & { client: Client };

function Unused(props: Which) {
  const answer = useInfiniteQuery(scheduleLines(props.client, props.reference, 'unused'));
  return (
    <Lines {...props} schedule="unused" answer={answer}>
      {(line) => <UnusedRow line={line} onHold={props.onHold} />}
    </Lines>
  );
}

function Sensitive(props: Which) {
  const answer = useInfiniteQuery(scheduleLines(props.client, props.reference, 'sensitive'));
  return (
    <Lines {...props} schedule="sensitive" answer={answer}>
      {(line) => <SensitiveRow line={line} onHold={props.onHold} />}
    </Lines>
  );
}

type LineOf<S extends Schedule> = SchedulePages[S]['lines'][number];

interface LinesProps<S extends Schedule> extends Which {
  schedule: S;
  answer: UseInfiniteQueryResult<InfiniteData<SchedulePages[S]>>;
  children: (line: LineOf<S>) => ReactNode;
}

function Lines<S extends Schedule>({ schedule, reference, client, answer, onHold, children }: LinesProps<S>) {
  const { t } = useTranslation();
  const pane = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualListHandle>(null);
  const [current, setCurrent] = useKeptState(`row disclose ${reference} ${schedule}`, -1);
  const list = useMemo(() => answer.data?.pages.flatMap(({ lines }): LineOf<S>[] => [...lines]) ?? [], [answer.data]);
  const go = (index: number): unknown => {
    if (!list[index]) return false;
    setCurrent(index);
    handle.current?.show(index);
  };
  const act = (what: 'redact' | 'hold' | 'give', only: readonly Schedule[]) => (): unknown => {
    const line = list[current];
    return line && onHold && only.includes(schedule)
      ? onHold({ act: what, record: 'held' in line ? line.held.record : line.record })
      : false;
  };
  useKeys([
    { keys: 'j', words: t('keys.nextLine'), group: 'list', run: () => go(current + 1) },
    { keys: 'k', words: t('keys.previousLine'), group: 'list', run: () => go(current - 1) },
    { keys: 'r', words: t('disclosing.key.redact'), group: 'list', run: act('redact', ['used']) },
    { keys: 'h', words: t('disclosing.key.hold'), group: 'list', run: act('hold', ['used', 'unused']) },
    { keys: 'u', words: t('disclosing.key.give'), group: 'list', run: act('give', ['sensitive']) },
  ]);
  if (answer.isPending) {
    return (
      <Pending queryKey={scheduleLines(client, reference, schedule).queryKey} answer={answer}>
        <RowSkeletons />
      </Pending>
    );
  }
  if (answer.isError && list.length === 0) {
    return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (list.length === 0) {
    return (
      <EmptyState icon={IconFileOff} title={t(`disclosing.none.${schedule}`)}>
        <p>{t(`disclosing.noneHint.${schedule}`)}</p>
      </EmptyState>
    );
  }
  return (
    <VirtualList
      pane={pane}
      handle={handle}
      label={t(`disclosing.schedule.${schedule}`)}
      name={`disclose ${reference} ${schedule}`}
      list={list}
      pages={answer}
      keyOf={({ record }) => record}
      height={84}
    >
      {(line, index) => (
        <article
          className={style.row}
          data-current={index === current}
          onFocus={() => setCurrent(index)}
          aria-label={t('disclosing.line', { line: line.line, record: line.record })}
        >
          {children(line)}
        </article>
      )}
    </VirtualList>
  );
}
