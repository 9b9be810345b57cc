import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { card } from '~/api/dossiers';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { keepsDossiers } from '~/app/pages';
import { useDesk } from '~/app/session';
import { BackLink } from '~/dossier/BackLink';
import { PageFrame } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import { Packages } from './Packages';
import { Transfers } from './Transfers';

const route = getRouteApi('/desk/dossiers/$dossier/hand-over');

/** Where a dossier goes: to another district, or as a package to a partner force. */
export function HandOverPage() {
  const { dossier } = route.useParams();
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <HandOver key={dossier} reference={dossier} />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

function HandOver({ reference }: { reference: string }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const query = card(client, reference);
  const answer = useQuery(query);
  const data = answer.data;
  return (
    <PageFrame title={t('handover.title')} lead={data && <BackLink dossier={data} />}>
      {answer.isPending && (
        <Pending queryKey={query.queryKey} answer={answer}>
          <CardSkeletons count={2} />
        </Pending>
      )}
      {answer.isError && !data && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {data && <Transfers data={data} writes={keepsDossiers(session)} />}
      {data && <Packages data={data} writes={keepsDossiers(session)} />}
    </PageFrame>
  );
}
