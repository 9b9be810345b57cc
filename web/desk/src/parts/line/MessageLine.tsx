import { IconCertificate, IconCheck, IconLink, IconQuote } from '@tabler/icons-react';
import { useClipboard } from '@mantine/hooks';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Line, Range } from '~/api/types';
import { isHousekeeping } from '~/logic/items';
import { PlainAccountLink } from '~/parts/AccountLink';
import { Moment } from '~/parts/Moment';
import { Monogram } from '~/parts/PartyName';

import { Body } from './Body';
import { Housekeeping } from './Housekeeping';
import style from './MessageLine.module.css';

export interface MessageLineProps {
  line: Line;
  /** The same sender spoke just before: the name is not said again. */
  continued: boolean;
  /** The line that the keys act on. */
  current: boolean;
  /** The line that one came for. */
  target: boolean;
  selected: boolean;
  /** Its proof was checked in this sitting. */
  proved: boolean;
  highlights: readonly Range[];
  onProvenance: (number: number) => void;
  onJump: (number: number) => void;
  onSelect: (number: number) => void;
  onCite: (line: Line) => void;
}

/**
 * One message in its place: when, who, what, and the way to its proof.
 *
 * Hundreds of them stand on a page: plain elements, no part that listens or measures.
 */
export const MessageLine = memo(function MessageLine(props: MessageLineProps) {
  const { line, continued, current, target, selected } = props;
  const { t } = useTranslation();
  const name = line.sender.name || line.sender.account;
  return (
    <article
      className={style.line}
      data-line={line.number}
      data-continued={continued}
      data-current={current}
      data-target={target}
      data-selected={selected}
      tabIndex={-1}
      aria-label={t('line.label', { sender: name, time: line.time.iso, number: line.number })}
      aria-current={target ? 'true' : undefined}
    >
      <span className={style.select} data-screen-only>
        <input
          type="checkbox"
          checked={selected}
          onChange={() => props.onSelect(line.number)}
          aria-label={t('line.select', { number: line.number })}
        />
      </span>
      <span className={style.time}>
        <Moment moment={line.time} />
      </span>
      <div className={style.main}>
        {isHousekeeping(line) ? (
          <Housekeeping line={line} />
        ) : (
          <>
            {!continued && (
              <header className={style.head}>
                <Monogram party={line.sender} />
                <PlainAccountLink party={line.sender} account />
              </header>
            )}
            <Body line={line} highlights={props.highlights} onJump={props.onJump} />
          </>
        )}
      </div>
      <LineActions {...props} />
    </article>
  );
});

function LineActions({ line, proved, onProvenance, onCite }: MessageLineProps) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 1500 });
  const copyLabel = clipboard.copied ? t('copy.done') : t('line.link');
  return (
    <span className={style.actions}>
      <button
        type="button"
        className={style.action}
        data-quiet
        title={copyLabel}
        aria-label={copyLabel}
        onClick={() => clipboard.copy(`${location.origin}/records/${line.number}`)}
        data-screen-only
      >
        {clipboard.copied ? <IconCheck size={14} /> : <IconLink size={14} />}
      </button>
      <button
        type="button"
        className={style.action}
        data-quiet
        title={t('line.cite')}
        aria-label={t('line.cite')}
        onClick={() => onCite(line)}
        data-screen-only
      >
        <IconQuote size={14} />
      </button>
      <button
        type="button"
        className={style.action}
        title={t('line.provenance')}
        aria-label={t('line.provenanceOf', { number: line.number })}
        onClick={() => onProvenance(line.number)}
      >
        {proved ? (
          <IconCheck size={14} className={style.proved} aria-label={t('line.proved')} />
        ) : (
          <IconCertificate size={14} data-quiet aria-hidden data-screen-only />
        )}
        #{line.number}
      </button>
    </span>
  );
}
