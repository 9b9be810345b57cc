import { Button, Modal, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AuthoritySummary } from '~/api/types';

import style from './Authority.module.css';
import { ScopeWords } from './ScopeWords';

interface Props {
  authority: AuthoritySummary | null;
  purpose: string;
  onClose: () => void;
  onDone: (purpose: string) => void;
}

/** Asks once why one acts; the answer goes into the audit with every act. */
export function PurposeDialog({ authority, purpose, onClose, onDone }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={authority !== null}
      onClose={onClose}
      title={t('authority.purposeTitle', { number: authority?.number })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {authority && <PurposeForm key={authority.number} authority={authority} purpose={purpose} onDone={onDone} />}
    </Modal>
  );
}

function PurposeForm({
  authority,
  purpose,
  onDone,
}: { authority: AuthoritySummary } & Pick<Props, 'purpose' | 'onDone'>) {
  const { t } = useTranslation();
  const [words, setWords] = useState(purpose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (words.trim()) onDone(words.trim());
  };
  return (
    <form onSubmit={submit} className={style.form}>
      <div className={style.card}>
        <strong>{authority.number}</strong>
        <ScopeWords authority={authority} />
      </div>
      <Textarea
        data-autofocus
        label={t('authority.purpose')}
        description={t('authority.purposeHint')}
        placeholder={t('authority.purposeExample')}
        autosize
        minRows={2}
        maxRows={6}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Button type="submit" variant="filled" size="sm" disabled={!words.trim()}>
        {t('authority.act')}
      </Button>
    </form>
  );
}
