import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { IconCommand, IconStack2 } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { useKeys } from '~/keys/keys';
import { QueryLine } from '~/parts/QueryLine';

import { AuthorityMenu } from './authority/AuthorityMenu';
import { readsEvidence } from './pages';
import { useDesk } from './session';
import { askForPalette, useQueryRequests } from '~/frame/signals';
import style from '~/frame/TopLine.module.css';
import { UserMenu } from './UserMenu';

/** A record's name, as the desk writes it. */
const RECORD = /^#(\d+)$/;

/** The query line, the authority and the user: the same on every page. */
export function TopLine() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { authority, session } = useDesk();
  const field = useRef<HTMLInputElement>(null);
  const query = useRouterState({
    select: ({ location }) => (location.pathname === '/search' ? ((location.search as { q?: string }).q ?? '') : ''),
  });
  const order = useRouterState({
    select: ({ location }) => (location.search as { order?: 'oldest' | 'relevance' }).order,
  });

  const focus = (): void => {
    field.current?.focus();
    field.current?.select();
  };
  useQueryRequests(focus);
  useKeys([{ keys: '/', words: t('keys.search'), group: 'everywhere', run: focus }]);

  const submit = (text: string): void => {
    const record = RECORD.exec(text.trim());
    if (record?.[1]) void navigate({ to: '/records/$number', params: { number: record[1] } });
    else void navigate({ to: '/search', search: { q: text.trim() || undefined, order } });
    field.current?.blur();
  };
  return (
    <header className={style.top} data-screen-only>
      {readsEvidence(session) && (
        <QueryLine key={query} query={query} field={field} disabled={authority === null} onSubmit={submit} />
      )}
      <Tooltip label={t('palette.open')}>
        <ActionIcon size={36} variant="default" aria-label={t('palette.open')} onClick={askForPalette}>
          <IconCommand size={17} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
      <span className={style.space} />
      <NewRelease />
      {readsEvidence(session) && <AuthorityMenu />}
      <UserMenu />
    </header>
  );
}

/** A release that was made while one reads an older one: nothing changes under one's eyes unless one asks. */
function NewRelease() {
  const { t } = useTranslation();
  const { release, newer, showNewest } = useDesk();
  if (newer === null) return null;
  return (
    <Button
      variant="light"
      leftSection={<IconStack2 size={15} />}
      title={release === null ? undefined : t('newRelease.reading', { release })}
      onClick={showNewest}
    >
      {t('newRelease.show', { newer })}
    </Button>
  );
}
