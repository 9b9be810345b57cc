import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Line } from '~/api/types';
import { DossierButtons } from '~/dossier/DossierButtons';
import { senderOf } from '~/logic/cite';

import style from './SelectionBar.module.css';

interface Props {
  lines: readonly Line[];
  selected: readonly number[];
  onClear: () => void;
}

/** What can be done with the marked messages: quote them with time, sender and number. */
export function SelectionBar({ lines, selected, onClear }: Props) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 1500 });
  // Lines leave the window as one reads on; what was marked stays marked.
  const [kept, setKept] = useState<ReadonlyMap<number, Line>>(new Map());
  const fresh = lines.filter((line) => selected.includes(line.number) && kept.get(line.number) !== line);
  if (fresh.length > 0) setKept(new Map([...kept, ...fresh.map((line): [number, Line] => [line.number, line])]));
  if (selected.length === 0) return null;

  const marked = selected.flatMap((number) => kept.get(number) ?? []).sort((a, b) => a.time.utc - b.time.utc);
  const quoted = marked.map((line) => {
    const words = line.text ?? `[${[line.verdict, line.reason].filter(Boolean).join(': ')}]`;
    return `#${line.number}  ${line.time.iso}  ${senderOf(line)}\n${words}`;
  });
  return (
    <div className={style.bar} role="region" aria-label={t('selection.label')} data-screen-only>
      <span aria-live="polite">{t('selection.count', { count: selected.length })}</span>
      <Button
        variant="filled"
        leftSection={clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        onClick={() => clipboard.copy(quoted.join('\n\n'))}
      >
        {clipboard.copied ? t('copy.done') : t('selection.copy')}
      </Button>
      <DossierButtons records={marked.map(({ number }) => number)} />
      <Button variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={onClear}>
        {t('selection.clear')}
      </Button>
    </div>
  );
}
