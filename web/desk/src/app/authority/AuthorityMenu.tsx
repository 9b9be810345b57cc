import { Button, Popover } from '@mantine/core';
import { IconChevronDown, IconScale } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useKeys } from '~/keys/keys';
import { asFound } from '~/parts/asFound';
import top from '~/frame/TopLine.module.css';

import { useDesk } from '../session';
import style from './Authority.module.css';
import { AuthorityList } from './AuthorityList';
import { useAuthorityChoice } from './AuthorityProvider';
import { AuthorityCommand } from './NoAuthority';

/** The authority under which one acts: always in sight, one key from changing. */
export function AuthorityMenu() {
  const { t } = useTranslation();
  const { session, authority, purpose } = useDesk();
  const { editPurpose } = useAuthorityChoice();
  const [open, setOpen] = useState(false);
  useKeys([{ keys: 'a', words: t('keys.authority'), group: 'everywhere', run: () => setOpen(true) }]);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={440} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={top.button}
          data-missing={authority === null}
          onClick={() => setOpen(!open)}
          title={purpose ? t('authority.purposeIs', { purpose }) : undefined}
        >
          <IconScale size={16} stroke={1.75} aria-hidden />
          {authority ? (
            <span>
              {t('authority.label')} <strong>{authority.number}</strong>
            </span>
          ) : (
            <span>{t('authority.none')}</span>
          )}
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={6} aria-label={t('authority.choose')}>
        {session.authorities.length > 0 ? <AuthorityList onPicked={() => setOpen(false)} /> : <AuthorityCommand />}
        {authority && (
          <div className={style.why}>
            <span>{t('authority.purpose')}</span>
            <p {...asFound}>{purpose}</p>
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => {
                setOpen(false);
                editPurpose(authority);
              }}
            >
              {t('authority.editPurpose')}
            </Button>
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
