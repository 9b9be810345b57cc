import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconEyeOff, IconPaperclip } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { DisclosureHolding, SensitiveLine, UnusedLine, UsedLine } from '~/api/types';
import { asFound } from '~/parts/asFound';
import { kindWord } from '~/parts/kindWord';
import { IsoTime } from '~/parts/Moment';
import { VerdictMark } from '~/parts/VerdictMark';

import style from './Disclose.module.css';
import type { Hold } from './HoldDialog';
import { Shown } from './Shown';

interface Props<L> {
  line: L;
  onHold: ((hold: Hold) => void) | undefined;
}

/** A message that is enclosed, as its receiver sees it. */
export function UsedRow({ line, onHold }: Props<UsedLine>) {
  const { t } = useTranslation();
  const { record } = line;
  return (
    <>
      <Place line={line.line} record={record} />
      <div className={style.main}>
        <p className={style.first}>
          <strong>
            <Shown>{line.name || line.sender}</Shown>
          </strong>
          <IsoTime iso={line.iso} />
          <span className={style.quiet}>
            {t(line.item ? 'disclosing.item' : 'disclosing.context')} · {kindWord(line.kind, t)}
          </span>
        </p>
        {line.text !== null && (
          <p className={style.words}>
            <Shown>{line.text}</Shown>
          </p>
        )}
        {line.text === null && line.attachment === null && <VerdictMark verdict={line.verdict} />}
        {line.attachment !== null && (
          <p className={style.quiet}>
            <IconPaperclip size={13} aria-hidden /> <Shown>{line.attachment || kindWord(line.kind, t)}</Shown>
          </p>
        )}
        {line.redactions.map((held) => (
          <Held key={held.field} held={held} onHold={onHold} />
        ))}
      </div>
      {onHold && (
        <Tools>
          <Do words={t('disclosing.do.redact')} of={record} run={() => onHold({ act: 'redact', record })} />
          <Do words={t('disclosing.do.hold')} of={record} run={() => onHold({ act: 'hold', record })} />
        </Tools>
      )}
    </>
  );
}

/** A message that is named without its content. */
export function UnusedRow({ line, onHold }: Props<UnusedLine>) {
  const { t } = useTranslation();
  const { record } = line;
  return (
    <>
      <Place line={line.line} record={record} />
      <div className={style.main}>
        <p className={style.first}>
          <IsoTime iso={line.iso} />
          <span className={style.quiet}>{kindWord(line.kind, t)}</span>
        </p>
        <p className={style.quiet}>
          <code translate="no">{line.conversation}</code>
        </p>
      </div>
      {onHold && (
        <Tools>
          <Do words={t('disclosing.do.hold')} of={record} run={() => onHold({ act: 'hold', record })} />
        </Tools>
      )}
    </>
  );
}

/** A message of which its receiver learns that there is one, and why they do not get it. */
export function SensitiveRow({ line, onHold }: Props<SensitiveLine>) {
  const { t } = useTranslation();
  const { held } = line;
  return (
    <>
      <Place line={line.line} record={line.record} />
      <div className={style.main}>
        <p className={style.words} {...asFound}>
          {held.why}
        </p>
        <By held={held} />
      </div>
      {onHold && (
        <Tools>
          <Do
            words={t('disclosing.do.give')}
            of={line.record}
            run={() => onHold({ act: 'give', record: held.record })}
          />
        </Tools>
      )}
    </>
  );
}

/** The number of the line, and the way to the message itself. */
function Place({ line, record }: { line: number; record: number }) {
  return (
    <span className={style.place}>
      <span className="quiet-numbers">{line}</span>
      <Link to="/records/$number" params={{ number: String(record) }}>
        #{record}
      </Link>
    </span>
  );
}

/** What is held back of a message, by whom and why, and the act that undoes it. */
function Held({ held, onHold }: { held: DisclosureHolding; onHold: Props<unknown>['onHold'] }) {
  const { t } = useTranslation();
  const { field, record } = held;
  if (field === '') return null;
  const part = t(`disclosing.part.${field}`);
  return (
    <p className={style.held}>
      <IconEyeOff size={14} aria-hidden />
      <span>
        <strong>{t('disclosing.heldPart', { part })}</strong> <bdi {...asFound}>{held.why}</bdi> <By held={held} />
      </span>
      {onHold && (
        <Do
          words={t('disclosing.do.show')}
          of={record}
          more={part}
          run={() => onHold({ act: 'show', record, field })}
        />
      )}
    </p>
  );
}

function By({ held }: { held: DisclosureHolding }) {
  return (
    <span className={style.quiet}>
      <bdi {...asFound}>{held.user}</bdi> · <IsoTime iso={held.at.iso} />
    </span>
  );
}

const Tools = ({ children }: { children: ReactNode }) => <span className={style.do}>{children}</span>;

/** A button that says for those who do not see its row of which message it is. */
function Do({ words, of, more, run }: { words: string; of: number; more?: string; run: () => void }) {
  const { t } = useTranslation();
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      aria-label={t('disclosing.doOf', { words: more ? `${words} (${more})` : words, record: of })}
      onClick={run}
    >
      {words}
    </Button>
  );
}
