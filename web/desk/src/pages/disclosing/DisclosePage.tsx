import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { card } from '~/api/dossiers';
import type { Dossier } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { keepsDossiers } from '~/app/pages';
import { useDesk } from '~/app/session';
import { BackLink } from '~/dossier/BackLink';
import { useTitle } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { RowSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import style from './Disclose.module.css';
import { HoldDialog, type Hold } from './HoldDialog';
import { Leaving } from './Leaving';
import { PrintedSchedules } from './PrintedSchedules';
import { Schedules } from './Schedules';

const route = getRouteApi('/desk/dossiers/$dossier/disclose');

/** What leaves a dossier for the defence: its schedules, what is held back, and the pack that is made of it. */
export function DisclosePage() {
  const { dossier } = route.useParams();
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <Disclosing key={dossier} reference={dossier} />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

function Disclosing({ reference }: { reference: string }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(card(client, reference));
  useTitle(t('disclosing.title'));
  if (answer.data) return <Desk data={answer.data} />;
  return answer.isError ? (
    <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
  ) : (
    <Pending queryKey={card(client, reference).queryKey} answer={answer}>
      <RowSkeletons />
    </Pending>
  );
}

function Desk({ data }: { data: Dossier }) {
  const { t } = useTranslation();
  const { session } = useDesk();
  const { show = 'used' } = route.useSearch();
  const navigate = route.useNavigate();
  const [hold, setHold] = useState<Hold | null>(null);
  const [printing, setPrinting] = useState(false);
  const writes = data.open && keepsDossiers(session);
  return (
    <div className={style.page}>
      <section className={style.left} aria-label={t('disclosing.schedules')} data-screen-only>
        <header className={style.head}>
          <BackLink dossier={data} />
          <h1>{t('disclosing.title')}</h1>
        </header>
        <Schedules
          reference={data.reference}
          show={show}
          onShow={(next) => void navigate({ search: { show: next === 'used' ? undefined : next }, replace: true })}
          onHold={writes ? setHold : undefined}
          onPrint={() => setPrinting(true)}
        />
      </section>
      <Leaving data={data} />
      <HoldDialog reference={data.reference} hold={hold} onClose={() => setHold(null)} />
      {printing && <PrintedSchedules data={data} onDone={() => setPrinting(false)} />}
    </div>
  );
}
