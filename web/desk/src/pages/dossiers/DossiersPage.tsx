import { Button, SegmentedControl, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconFolder, IconFolderOff, IconFolderPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossiers, notices } from '~/api/dossiers';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { keepsDossiers } from '~/app/pages';
import { DOSSIER_STATES, type DossiersParams, type DossierState } from '~/app/params';
import { useDesk } from '~/app/session';
import { Notices } from '~/dossier/Notices';
import { Offers } from '~/dossier/Offers';
import { OpenDialog } from '~/dossier/OpenDialog';
import { useKeys } from '~/keys/keys';
import { type DossierOrder, fitting, ORDERS } from '~/logic/dossiers';
import { asFound } from '~/parts/asFound';
import { ListPage, Quiet } from '~/parts/ListPage';
import { IsoTime } from '~/parts/Moment';
import { useTitle } from '~/parts/PageFrame';

const route = getRouteApi('/desk/dossiers');

export function DossiersPage() {
  const { t } = useTranslation();
  useTitle(t('pages.dossiers'));
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <DossierList />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

/** The dossiers of which one may know, the newest first. */
function DossierList() {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const { find = '', state = 'open', district = '', order = 'newest' } = route.useSearch();
  const navigate = route.useNavigate();
  const [opening, setOpening] = useState(false);
  const query = dossiers(client);
  const answer = useInfiniteQuery(query);
  const met = useQuery(notices(client, null));
  const all = useMemo(() => answer.data?.pages[0]?.dossiers ?? [], [answer.data]);
  const list = useMemo(() => fitting(all, { state, find, district, order }), [all, state, find, district, order]);
  const districts = useMemo(() => [...new Set(all.map((each) => each.district))].sort(), [all]);
  const narrow = (change: DossiersParams): void =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const mine = keepsDossiers(session);
  useKeys(mine ? [{ keys: 'n', words: t('keys.openDossier'), group: 'list', run: () => setOpening(true) }] : []);
  const narrowed = all.length > 0;
  return (
    <>
      <ListPage
        title={t('pages.dossiers')}
        counted={() => t('count.dossiers', { count: list.length })}
        findLabel={t('dossiers.find')}
        typed={find}
        asked={`${state} ${district} ${order} ${find}`}
        onFind={(text) => narrow({ find: text || undefined })}
        tools={
          <>
            <SegmentedControl
              aria-label={t('dossiers.state')}
              value={state}
              onChange={(value) => narrow({ state: value === 'open' ? undefined : (value as DossierState) })}
              data={DOSSIER_STATES.map((value) => ({ value, label: t(`dossiers.states.${value}`) }))}
            />
            <Select
              aria-label={t('dossiers.district')}
              placeholder={t('dossiers.district')}
              w="9rem"
              clearable
              data={districts}
              value={district || null}
              onChange={(value) => narrow({ district: value ?? undefined })}
            />
            <Select
              aria-label={t('dossiers.order')}
              w="10rem"
              allowDeselect={false}
              data={ORDERS.map((value) => ({ value, label: t(`dossiers.orders.${value}`) }))}
              value={order}
              onChange={(value) => narrow({ order: value === 'newest' ? undefined : (value as DossierOrder) })}
            />
            {mine && (
              <Button variant="filled" leftSection={<IconFolderPlus size={15} />} onClick={() => setOpening(true)}>
                {t('dossier.openOne')}
              </Button>
            )}
          </>
        }
        above={
          <>
            <Offers />
            <Notices notices={met.data ?? []} own={all} />
          </>
        }
        answer={answer}
        queryKey={query.queryKey}
        name={`dossiers ${state} ${district} ${order} ${find}`}
        list={list}
        keyOf={({ reference }) => reference}
        none={{
          icon: IconFolder,
          title: t(narrowed ? 'dossiers.noneFound' : 'dossiers.none'),
          hint: t(narrowed ? 'dossiers.noneFoundHint' : 'dossiers.noneHint'),
        }}
        keyWords={{ next: t('keys.nextDossier'), previous: t('keys.previousDossier') }}
        to={({ reference }) => ({ to: '/dossiers/$dossier', params: { dossier: reference } })}
      >
        {(each) => ({
          icon: each.open ? (
            <IconFolder size={20} stroke={1.5} aria-hidden />
          ) : (
            <IconFolderOff size={20} stroke={1.5} aria-hidden />
          ),
          title: <bdi {...asFound}>{each.title}</bdi>,
          second: (
            <>
              <code>{each.number}</code> · {each.district} · <bdi {...asFound}>{each.offence}</bdi>
            </>
          ),
          sums: <bdi {...asFound}>{each.lead}</bdi>,
          sumsSecond: t('count.members', { count: each.members.length }),
          end: (
            <>
              <span>{t(each.open ? 'dossiers.open' : 'dossiers.closed')}</span>
              <Quiet>
                <IsoTime iso={each.opened_at.iso} />
              </Quiet>
            </>
          ),
        })}
      </ListPage>
      <OpenDialog opened={opening} records={[]} onClose={() => setOpening(false)} />
    </>
  );
}
