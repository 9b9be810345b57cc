import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconDeviceMobile, IconSearchOff } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { useKeys } from '~/keys/keys';
import { IsoTime } from '~/parts/Moment';
import { useTitle } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { VirtualList } from '~/parts/VirtualList';
import { LinkButton } from '~/parts/LinkButton';

import { licences, products, resellers, type Sought } from '@/api/queries';
import { type Licence, LICENCE_STATES } from '@/api/types';
import { useOffice } from '@/app/office';
import type { LicencesParams } from '@/app/params';
import { LicenceMark } from '@/parts/StateMark';

import { LicenceDrawer } from './LicenceDrawer';
import style from './List.module.css';

const route = getRouteApi('/office/licences');

/** A pause in typing, after which licences are asked for, in milliseconds. */
const PAUSE = 200;

const keyOf = (licence: Licence): string => licence.pin;

/** Every licence, found by what one knows of it; one of them open beside the list. */
export function LicencesPage() {
  const { t } = useTranslation();
  useTitle(t('pages.licences'));
  const office = useOffice();
  const pane = useRef<HTMLDivElement>(null);
  const { open, order, ...narrowed } = route.useSearch();
  const [pin] = useDebouncedValue(narrowed.pin, PAUSE);
  const sought: Sought = { ...narrowed, pin, latest: order !== 'soonest' };
  const answer = useInfiniteQuery(licences(office, sought));
  const list = useMemo(() => answer.data?.pages.flatMap((page) => page.licences) ?? [], [answer.data]);
  const navigate = route.useNavigate();
  const total = answer.data?.pages[0]?.total;
  const shut = (): void => void navigate({ search: (old) => ({ ...old, open: undefined }), replace: true });
  const go = (step: number): void => {
    const next = list[open === undefined ? 0 : list.findIndex((each) => each.pin === open) + step];
    if (next) void navigate({ search: (old) => ({ ...old, open: next.pin }), replace: true });
  };
  useKeys([
    { keys: 'j', words: t('licences.next'), group: 'list', run: () => go(1) },
    { keys: 'k', words: t('licences.previous'), group: 'list', run: () => go(-1) },
  ]);
  const isNarrowed = Object.values(narrowed).some((value) => value !== undefined);
  return (
    <div className={style.page}>
      <section className={style.list} aria-label={t('pages.licences')}>
        <header className={style.head}>
          <div className={style.title}>
            <h1>{t('pages.licences')}</h1>
            <p aria-live="polite">{total !== undefined && t('licences.count', { count: total })}</p>
          </div>
          <Narrowing />
        </header>
        {answer.isPending && (
          <Pending queryKey={licences(office, sought).queryKey} answer={answer}>
            <RowSkeletons />
          </Pending>
        )}
        {answer.isError && list.length === 0 && (
          <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
        )}
        {answer.isSuccess && list.length === 0 && <Nothing isNarrowed={isNarrowed} />}
        {list.length > 0 && (
          <VirtualList
            pane={pane}
            label={t('pages.licences')}
            name={`licences ${JSON.stringify(sought)}`}
            list={list}
            pages={answer}
            keyOf={keyOf}
            height={42}
          >
            {(licence) => <Row licence={licence} active={licence.pin === open} />}
          </VirtualList>
        )}
      </section>
      {open !== undefined && <LicenceDrawer key={open} pin={open} known={find(list, open)} onClose={shut} />}
    </div>
  );
}

const find = (list: readonly Licence[], pin: string): Licence | undefined => list.find((each) => each.pin === pin);

function Narrowing() {
  const { t } = useTranslation();
  const office = useOffice();
  const navigate = route.useNavigate();
  const { pin, state, reseller, product, order } = route.useSearch();
  const field = useRef<HTMLInputElement>(null);
  const sold = useQuery(products(office));
  const sellers = useQuery(resellers(office));
  useKeys([{ keys: '/', words: t('licences.findPin'), group: 'everywhere', run: () => field.current?.focus() }]);
  const narrow = (change: LicencesParams): void =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <div className={style.tools}>
      <TextInput
        ref={field}
        aria-label={t('licences.findPin')}
        placeholder={t('licences.findPin')}
        defaultValue={pin}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => narrow({ pin: event.currentTarget.value.trim() || undefined })}
      />
      <Select
        clearable
        aria-label={t('licences.state')}
        placeholder={t('licences.anyState')}
        data={LICENCE_STATES.map((each) => ({ value: each, label: t(`state.${each}`) }))}
        value={state ?? null}
        onChange={(value) => narrow({ state: LICENCE_STATES.find((each) => each === value) })}
      />
      {office.isOperator && (
        <Select
          clearable
          searchable
          aria-label={t('licences.reseller')}
          placeholder={t('licences.anyReseller')}
          data={sellers.data?.map((each) => each.name) ?? []}
          value={reseller ?? null}
          onChange={(value) => narrow({ reseller: value ?? undefined })}
        />
      )}
      <Select
        clearable
        searchable
        aria-label={t('licences.product')}
        placeholder={t('licences.anyProduct')}
        data={sold.data?.map((each) => each.name) ?? []}
        value={product ?? null}
        onChange={(value) => narrow({ product: value ?? undefined })}
      />
      <SegmentedControl
        aria-label={t('licences.order')}
        data={[
          { value: 'latest', label: t('licences.latest') },
          { value: 'soonest', label: t('licences.soonest') },
        ]}
        value={order ?? 'latest'}
        onChange={(value) => narrow({ order: value === 'soonest' ? 'soonest' : undefined })}
      />
    </div>
  );
}

function Row({ licence, active }: { licence: Licence; active: boolean }) {
  const { t } = useTranslation();
  const { isOperator } = useOffice();
  return (
    <Link
      from="/licences"
      to="/licences"
      search={(old) => ({ ...old, open: licence.pin })}
      replace
      className={`${style.row} ${style.licence}`}
      data-active={active}
      aria-current={active ? 'true' : undefined}
    >
      <span className={style.pin}>{licence.pin}</span>
      <LicenceMark state={licence.state} />
      <span>
        <IsoTime iso={licence.ends} />
        {licence.notice && <span className={style.notice}>{t('licences.notice', { count: licence.notice })}</span>}
      </span>
      <span className={style.name}>
        <bdi>{licence.product}</bdi>
      </span>
      <span className={`${style.name} ${style.muted}`}>{isOperator && <bdi>{licence.reseller}</bdi>}</span>
    </Link>
  );
}

function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  return isNarrowed ? (
    <EmptyState icon={IconSearchOff} title={t('licences.noMatch')}>
      <p>{t('licences.noMatchHint')}</p>
      <Button onClick={() => void navigate({ search: {} })}>{t('licences.clear')}</Button>
    </EmptyState>
  ) : (
    <EmptyState icon={IconDeviceMobile} title={t('licences.none')}>
      <p>{t('licences.noneHint')}</p>
      <LinkButton to="/codes">{t('overview.issue')}</LinkButton>
    </EmptyState>
  );
}
