import { Kbd, Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { type Binding, type Group, useBindings, useKeys, useSingleKeys } from '~/keys/keys';

import style from './KeysHelp.module.css';
import { useHelpRequests } from './signals';

const GROUPS: readonly Group[] = ['everywhere', 'pages', 'list', 'message'];

/** Every key that acts on this page. */
export function KeysHelp() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [single, setSingle] = useSingleKeys();
  useHelpRequests(() => setOpen(true));
  useKeys([{ keys: '?', words: t('keys.help'), group: 'everywhere', run: () => setOpen(true) }]);
  return (
    <Modal
      opened={open}
      onClose={() => setOpen(false)}
      title={t('keys.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className={style.groups}>
        <Groups />
      </div>
      <Switch
        mt="lg"
        size="sm"
        checked={single}
        onChange={(event) => setSingle(event.currentTarget.checked)}
        label={t('keys.single')}
        description={t('keys.singleHint')}
      />
    </Modal>
  );
}

function Groups() {
  const { t } = useTranslation();
  const bindings = useBindings();
  return GROUPS.map((group) => {
    const mine = bindings.filter((binding) => binding.group === group);
    return mine.length > 0 ? (
      <section key={group}>
        <h3>{t(`keys.groups.${group}`)}</h3>
        <dl>
          {mine.map((binding) => (
            <div key={binding.keys}>
              <dt>
                <Keys binding={binding} />
              </dt>
              <dd>{binding.words}</dd>
            </div>
          ))}
        </dl>
      </section>
    ) : null;
  });
}

function Keys({ binding }: { binding: Binding }) {
  const { t } = useTranslation();
  const names = binding.keys.split(/[ +]/).map((key) => {
    if (key === 'mod') return /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : t('keys.control');
    return key === 'Escape' ? t('keys.escape') : key === 'Enter' ? t('keys.enter') : key;
  });
  return names.map((name, index) => <Kbd key={index}>{name}</Kbd>);
}
