import { Button, Checkbox, Popover } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { LineFilter } from '~/api/queries';
import type { Party } from '~/api/types';
import { PartyName } from '~/parts/PartyName';

import style from './LineFilters.module.css';

/** Kinds that a conversation can be narrowed to. */
const KINDS = ['text', 'voice', 'picture', 'video', 'file', 'location', 'sealed'] as const;

interface Props {
  members: readonly Party[];
  filter: LineFilter;
  onFilter: (filter: LineFilter) => void;
}

const toggled = (values: readonly string[], value: string): string[] =>
  values.includes(value) ? values.filter((each) => each !== value) : [...values, value];

/** Narrow a conversation to some participants or kinds; the place in it is kept. */
export function LineFilters({ members, filter, onFilter }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const active = filter.participant.length + filter.kind.length;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Button
          title={t('reader.filter')}
          leftSection={<IconFilter size={14} />}
          color={active > 0 ? 'accent' : undefined}
          variant={active > 0 ? 'light' : 'default'}
          onClick={() => setOpen(!open)}
        >
          {active > 0 ? t('reader.filtered', { count: active }) : t('reader.filter')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={style.panel} aria-label={t('reader.filter')}>
        <fieldset>
          <legend>{t('reader.participants')}</legend>
          {members.map((member) => (
            <Checkbox
              key={member.account}
              size="xs"
              checked={filter.participant.includes(member.account)}
              onChange={() => onFilter({ ...filter, participant: toggled(filter.participant, member.account) })}
              label={<PartyName party={member} />}
            />
          ))}
        </fieldset>
        <fieldset>
          <legend>{t('reader.kinds')}</legend>
          {KINDS.map((kind) => (
            <Checkbox
              key={kind}
              size="xs"
              checked={filter.kind.includes(kind)}
              onChange={() => onFilter({ ...filter, kind: toggled(filter.kind, kind) })}
              label={t(`kind.${kind}`)}
            />
          ))}
        </fieldset>
        <Button disabled={active === 0} onClick={() => onFilter({ participant: [], kind: [] })}>
          {t('reader.clearFilter')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
