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
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import button from '~/app/authority/Authority.module.css';
import { askForHelp } from '~/app/signals';

import { FormDialog } from '@/parts/FormDialog';

import { useOffice } from './office';

const SCHEMES = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const;

export function UserMenu() {
  const { t } = useTranslation();
  const { session, client } = useOffice();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [changing, setChanging] = useState(false);
  const leave = (): void => {
    cache.clear();
    void navigate({ to: '/sign-in' });
  };
  const logout = useMutation({ mutationFn: () => client.post('/api/logout'), onSettled: leave });
  const user = session.user || t('user.nameless');
  return (
    <>
      <Menu width={240} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <button type="button" className={button.button} aria-label={t('user.menu', { user })}>
            <IconUserCircle size={18} stroke={1.75} aria-hidden />
            <IconChevronDown size={14} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <bdi>{user}</bdi> · {t(`user.${session.part}`)}
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
          {session.user && (
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setChanging(true)}>
              {t('user.password')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => logout.mutate()}>
            {t('user.logout')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FormDialog
        opened={changing}
        onClose={() => setChanging(false)}
        title={t('user.password')}
        lead={t('user.passwordLead')}
        fields={[
          { name: 'old', label: t('user.oldPassword'), kind: 'password', complete: 'current-password' },
          { name: 'new', label: t('user.newPassword'), kind: 'password', hint: t('user.passwordHint') },
        ]}
        confirm={t('user.password')}
        run={(values) => client.post('/api/password', values)}
        onDone={leave}
      />
    </>
  );
}
