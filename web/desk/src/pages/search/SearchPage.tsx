import { IconSearch } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { useTitle } from '~/parts/PageFrame';

import { Results } from './Results';
import { SearchHelp } from './SearchHelp';

const route = getRouteApi('/desk/search');

export function SearchPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  useTitle(q ?? t('pages.search'));
  return (
    <NeedsAuthority>
      <NeedsRelease>{q === undefined ? <SearchHelp icon={IconSearch} /> : <Results query={q} />}</NeedsRelease>
    </NeedsAuthority>
  );
}
