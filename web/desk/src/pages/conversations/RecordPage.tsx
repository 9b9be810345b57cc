import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';

import { line } from '~/api/queries';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { useDesk } from '~/app/session';
import { NotFound } from '~/frame/Fallbacks';
import { LineSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

const route = getRouteApi('/desk/records/$number');

/** The name of a record as a page: leads to its place in its conversation. */
export function RecordPage() {
  const { number } = route.useParams();
  return (
    <NeedsAuthority>
      <NeedsRelease>{/^\d+$/.test(number) ? <Record number={Number(number)} /> : <NotFound />}</NeedsRelease>
    </NeedsAuthority>
  );
}

function Record({ number }: { number: number }) {
  const { client } = useDesk();
  const answer = useQuery(line(client, number));
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <LineSkeletons count={12} />;
  return <Navigate to="/conversations/$id" params={{ id: answer.data.conversation }} search={{ at: number }} replace />;
}
