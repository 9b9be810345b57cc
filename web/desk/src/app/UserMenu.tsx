import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  IconChevronDown,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import authority from './authority/Authority.module.css';
import { useDesk } from './session';
import { askForHelp } from './signals';

const SCHEMES = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const;

export function UserMenu() {
  const { t } = useTranslation();
  const { session, client } = useDesk();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const logout = useMutation({
    mutationFn: () => client.post('/api/logout'),
    onSettled: () => {
      cache.clear();
      void navigate({ to: '/sign-in' });
    },
  });
  return (
    <Menu width={230} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={authority.button} aria-label={t('user.menu', { user: session.user })}>
          <IconUserCircle size={18} stroke={1.75} aria-hidden />
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.user} · {t(`role.${session.role}`)}
          <br />
          {session.workspace}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t('user.scheme')}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {SCHEMES.map(({ value, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon size={16} aria-hidden />}>
              {t(`user.schemes.${value}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} />} rightSection="?" onClick={askForHelp}>
          {t('keys.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => logout.mutate()}>
          {t('user.logout')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
