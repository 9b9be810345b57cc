import { Button } from '@mantine/core';
import { IconFolderPlus, IconFolderSymlink } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { keepsDossiers } from '~/app/pages';
import { useDesk } from '~/app/session';

import { AddDialog } from './AddDialog';
import { OpenDialog } from './OpenDialog';

/** What makes a case of messages: a new dossier from them, or one that is there. */
export function DossierButtons({ records }: { records: readonly number[] }) {
  const { t } = useTranslation();
  const { session } = useDesk();
  const [doing, setDoing] = useState<'open' | 'add' | null>(null);
  if (!keepsDossiers(session)) return null;
  const done = (): void => setDoing(null);
  return (
    <>
      <Button leftSection={<IconFolderPlus size={15} />} onClick={() => setDoing('open')}>
        {t('dossier.openOne')}
      </Button>
      <Button leftSection={<IconFolderSymlink size={15} />} onClick={() => setDoing('add')}>
        {t('dossier.add')}
      </Button>
      <OpenDialog opened={doing === 'open'} records={records} onClose={done} />
      <AddDialog opened={doing === 'add'} records={records} onClose={done} />
    </>
  );
}
