import { Spotlight, spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.layer.css';
import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconHash, IconMessages, IconMoon, IconScale, IconSearch, IconSun } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';

import { conversations } from '~/api/queries';
import { useKeys } from '~/keys/keys';

import { useAuthorityChoice } from './authority/AuthorityProvider';
import { pagesOf } from './pages';
import { useDesk } from './session';
import { usePaletteRequests } from '~/frame/signals';

/** How many conversations are proposed. */
const PROPOSED = 6;

/** Everything that can be gone to or done, by typing a part of its name. */
export function Palette() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  /** The field has the focus before the next key comes, however fast one types. */
  const open = (): void => {
    flushSync(spotlight.open);
    field.current?.focus();
  };
  usePaletteRequests(open);
  useKeys([{ keys: 'mod+k', words: t('keys.palette'), group: 'everywhere', run: open }]);
  return (
    <Spotlight.Root
      query={text}
      onQueryChange={setText}
      shortcut={null}
      attributes={{ content: { 'aria-label': t('palette.open') } }}
      transitionProps={{ duration: 0 }}
      scrollable
      maxHeight="60vh"
      yOffset="12vh"
      centered={false}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
    >
      <Spotlight.Search
        ref={field}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.open')}
        leftSection={<IconSearch size={18} />}
      />
      <Spotlight.ActionsList>
        <Jumps text={text.trim()} />
        <Pages text={text.trim()} />
        <Found text={text.trim()} />
        <Settings text={text.trim()} />
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

const fits = (label: string, text: string): boolean => label.toLocaleLowerCase().includes(text.toLocaleLowerCase());

function Jumps({ text }: { text: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const record = /^#?(\d+)$/.exec(text)?.[1];
  if (!text) return null;
  return (
    <>
      {record && (
        <Spotlight.Action
          label={t('palette.record', { number: record })}
          leftSection={<IconHash size={18} />}
          onClick={() => void navigate({ to: '/records/$number', params: { number: record } })}
        />
      )}
      <Spotlight.Action
        label={t('palette.search', { text })}
        leftSection={<IconSearch size={18} />}
        onClick={() => void navigate({ to: '/search', search: { q: text } })}
      />
    </>
  );
}

function Pages({ text }: { text: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { session } = useDesk();
  const pages = pagesOf(session).filter(({ name }) => fits(t(`pages.${name}`), text));
  return pages.length > 0 ? (
    <Spotlight.ActionsGroup label={t('palette.pages')}>
      {pages.map(({ to, name, icon: Icon, key }) => (
        <Spotlight.Action
          key={name}
          label={t(`pages.${name}`)}
          leftSection={<Icon size={18} stroke={1.6} />}
          rightSection={<code>g {key}</code>}
          onClick={() => void navigate({ to })}
        />
      ))}
    </Spotlight.ActionsGroup>
  ) : null;
}

function Found({ text }: { text: string }) {
  const { t } = useTranslation();
  const { client, authority } = useDesk();
  const navigate = useNavigate();
  const [find] = useDebouncedValue(text, 150);
  const answer = useInfiniteQuery({ ...conversations(client, find), enabled: authority !== null && find !== '' });
  const found = find ? (answer.data?.pages[0]?.conversations.slice(0, PROPOSED) ?? []) : [];
  return found.length > 0 ? (
    <Spotlight.ActionsGroup label={t('pages.conversations')}>
      {found.map(({ id, title, messages }) => (
        <Spotlight.Action
          key={id}
          label={title}
          description={t('count.messages', { count: messages })}
          leftSection={<IconMessages size={18} stroke={1.6} />}
          onClick={() => void navigate({ to: '/conversations/$id', params: { id } })}
        />
      ))}
    </Spotlight.ActionsGroup>
  ) : null;
}

function Settings({ text }: { text: string }) {
  const { t } = useTranslation();
  const { session } = useDesk();
  const { pick } = useAuthorityChoice();
  const { setColorScheme } = useMantineColorScheme();
  const authorities = session.authorities
    .filter(({ state }) => state === 'valid')
    .map((authority) => ({
      label: t('palette.authority', { number: authority.number }),
      icon: IconScale,
      run: () => pick(authority),
    }));
  const schemes = [
    { label: t('palette.light'), icon: IconSun, run: () => setColorScheme('light') },
    { label: t('palette.dark'), icon: IconMoon, run: () => setColorScheme('dark') },
  ];
  const found = [...authorities, ...schemes].filter(({ label }) => fits(label, text));
  return found.length > 0 ? (
    <Spotlight.ActionsGroup label={t('palette.settings')}>
      {found.map(({ label, icon: Icon, run }) => (
        <Spotlight.Action key={label} label={label} leftSection={<Icon size={18} stroke={1.6} />} onClick={run} />
      ))}
    </Spotlight.ActionsGroup>
  ) : null;
}
