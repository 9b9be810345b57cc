import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Line, Range } from '~/api/types';
import { runs } from '~/logic/excerpt';
import { asFound } from '~/parts/asFound';
import { kindWord } from '~/parts/kindWord';
import { MarkedText } from '~/parts/MarkedText';
import { Moment } from '~/parts/Moment';
import { PartyName } from '~/parts/PartyName';
import { Said } from '~/parts/Said';
import { toneOf, VerdictMark } from '~/parts/VerdictMark';

import { Attachment } from './Attachment';
import style from './Body.module.css';
import { LongText } from './LongText';
import { QuoteBlock } from './QuoteBlock';
import { Reactions } from './Reactions';

/** Kinds that show by themselves what they are. */
const PLAIN_KINDS = new Set(['text', 'voice', 'picture', 'video', 'file', 'sealed', 'edit']);

interface Props {
  line: Line;
  highlights: readonly Range[];
  onJump: (number: number) => void;
}

/** What a message says, or why it cannot be read. */
export function Body({ line, highlights, onJump }: Props) {
  const tone = toneOf(line.verdict);
  const sealed = tone !== 'plain';
  return (
    <div className={style.body} data-tone={tone}>
      {line.reply && <QuoteBlock quote={line.reply} onJump={onJump} />}
      {sealed && <Sealed line={line} />}
      <Wording line={line} highlights={highlights} />
      {line.media && <Attachment line={line} media={line.media} />}
      {line.redaction && <Redaction line={line} />}
      <Notes line={line} />
      {line.reactions.length > 0 && <Reactions reactions={line.reactions} />}
    </div>
  );
}

function Sealed({ line }: { line: Line }) {
  return (
    <div className={style.sealed} data-tone={toneOf(line.verdict)}>
      <VerdictMark verdict={line.verdict} />
      {line.reason && (
        <span className={style.reason}>
          <Said>{line.reason}</Said>
        </span>
      )}
    </div>
  );
}

/** The last wording, and the earlier ones on demand. */
function Wording({ line, highlights }: { line: Line; highlights: readonly Range[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const last = line.edits.findLast((edit) => edit.text !== null);
  const earlier = last ? [{ text: line.text, time: line.time, number: line.number }, ...line.edits] : [];
  const before = earlier.filter((wording) => wording.number !== last?.number);
  const lockedLater = line.edits.some((edit) => edit.text === null);
  const text = last?.text ?? line.text;
  return (
    <>
      {text !== null && text !== '' && (
        <LongText text={text}>
          <MarkedText runs={runs(text, last ? [] : highlights)} />
        </LongText>
      )}
      {last && (
        <button
          type="button"
          className={style.note}
          data-opens
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          data-screen-only
        >
          <IconPencil size={13} aria-hidden />
          {t(open ? 'line.hideEarlier' : 'line.showEarlier', { count: before.length })}
        </button>
      )}
      {lockedLater && <span className={style.note}>{t('line.laterLocked')}</span>}
      {last && (
        <ol className={style.earlier} hidden={!open} data-printed>
          {before.map((wording) => (
            <li key={wording.number}>
              <Moment moment={wording.time} />
              <p {...(wording.text === null ? {} : asFound)} className={style.earlierText}>
                {wording.text ?? t('line.wordingLocked')}
              </p>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Redaction({ line }: { line: Line }) {
  const { t } = useTranslation();
  if (!line.redaction) return null;
  return (
    <div className={style.redaction}>
      <IconTrash size={13} aria-hidden />
      <span>
        {t(line.text === null ? 'line.redactedBefore' : 'line.redacted')} <PartyName party={line.redaction.sender} />{' '}
        <Moment moment={line.redaction.time} />
        {line.redaction.reason && (
          <>
            {' · '}
            <bdi {...asFound}>{line.redaction.reason}</bdi>
          </>
        )}
      </span>
    </div>
  );
}

/** What the text does not say by itself: an unusual kind, further words as found, copies. */
function Notes({ line }: { line: Line }) {
  const { t } = useTranslation();
  const kind = PLAIN_KINDS.has(line.kind) ? '' : kindWord(line.kind, t);
  const notes = [kind, line.detail, line.copies > 1 ? t('line.copies', { count: line.copies }) : ''].filter(Boolean);
  return notes.length > 0 ? <span className={style.note}>{notes.join(' · ')}</span> : null;
}
