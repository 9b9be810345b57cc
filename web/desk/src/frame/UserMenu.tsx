import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  IconChevronDown,
  IconDeviceDesktop,
  IconKey,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Client } from '~/api/client';

import { PasswordDialog } from './PasswordDialog';
import { askForHelp } from './signals';
import style from './TopLine.module.css';
import { languages, speak } from './words';

const SCHEMES = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const;

interface Props {
  client: Client;
  /** What the button is called: whose menu it is. */
  label: string;
  /** Who is logged in, and as what. */
  who: ReactNode;
  /** Whoever came by a link has none. */
  hasPassword: boolean;
}

/** What concerns whoever is logged in: appearance, language, keys, the own password, and the way out. */
export function UserMenu({ client, label, who, hasPassword }: Props) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [changing, setChanging] = useState(false);
  const logout = useMutation({
    mutationFn: () => client.post('/api/logout'),
    onSettled: () => {
      cache.clear();
      void navigate({ to: '/sign-in' });
    },
  });
  const spoken = languages();
  return (
    <>
      <Menu width={240} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <button type="button" className={style.button} aria-label={label}>
            <IconUserCircle size={18} stroke={1.75} aria-hidden />
            <IconChevronDown size={14} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{who}</Menu.Label>
          <Menu.Divider />
          <Menu.Label>{t('self.scheme')}</Menu.Label>
          <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
            {SCHEMES.map(({ value, icon: Icon }) => (
              <Menu.RadioItem key={value} value={value} rightSection={<Icon size={16} aria-hidden />}>
                {t(`self.schemes.${value}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          {spoken.length > 0 && (
            <>
              <Menu.Label>{t('self.language')}</Menu.Label>
              <Menu.RadioGroup value={i18n.language} onChange={speak}>
                {spoken.map(({ value, name }) => (
                  <Menu.RadioItem key={value} value={value} lang={value}>
                    {name}
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
              <Menu.Divider />
            </>
          )}
          <Menu.Item leftSection={<IconKeyboard size={16} />} rightSection="?" onClick={askForHelp}>
            {t('keys.title')}
          </Menu.Item>
          {hasPassword && (
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setChanging(true)}>
              {t('self.password')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => logout.mutate()}>
            {t('self.logout')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PasswordDialog client={client} opened={changing} onClose={() => setChanging(false)} />
    </>
  );
}
