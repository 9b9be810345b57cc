import { IconSearch, IconX } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { type KeyboardEvent, type ReactNode, type RefObject, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Completion, ErrorBody } from '~/api/types';
import { toPoints, toUnits } from '~/logic/codepoints';

import { kindWord } from './kindWord';
import style from './QueryLine.module.css';
import { QueryText } from './QueryText';
import { Said } from './Said';
import { isVerdict } from './VerdictMark';
import { useProposals } from './useProposals';

interface Props {
  /** The query that is being shown; the line is made anew when it changes. */
  query: string;
  field: RefObject<HTMLInputElement | null>;
  disabled: boolean;
  onSubmit: (query: string) => void;
}

/** Whether the fault is where the caret is. */
const touches = ({ position, length }: ErrorBody, caret: number): boolean =>
  position != null && caret >= position && caret <= position + (length ?? 0);

/** The values of kind and verdict are words of ours; what else is proposed is called as the server calls it. */
function proposalWords({ text, label }: Completion, t: TFunction): ReactNode {
  const [, field, value = ''] = /^(kind|verdict):(\w+) $/u.exec(text) ?? [];
  if (field === 'kind') return kindWord(value, t);
  if (field === 'verdict' && isVerdict(value)) return t(`verdict.${value}`);
  return <Said>{label}</Said>;
}

/** A query line that explains itself: fields coloured, faults underlined in place, proposals for what may follow. */
export function QueryLine({ query, field, disabled, onSubmit }: Props) {
  const { t } = useTranslation();
  const list = useId();
  const [text, setText] = useState(query);
  const [caret, setCaret] = useState(query.length);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const behind = useRef<HTMLDivElement>(null);
  const { completions, fault: found, explained } = useProposals(text, caret, open && !disabled);
  const proposals = open ? completions : [];
  // What is being written is no fault yet, as long as there is something that may follow.
  const writing = found !== null && proposals.length > 0 && touches(found, toPoints(text, caret));
  const fault = writing ? null : found;

  const take = (proposal: Completion): void => {
    const start = toUnits(text, proposal.start);
    const at = start + proposal.text.length;
    setText(text.slice(0, start) + proposal.text + text.slice(toUnits(text, proposal.end)));
    setCaret(at);
    setChosen(-1);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(at, at);
    });
  };
  const submit = (): void => {
    setOpen(false);
    onSubmit(text);
  };
  const press = (event: KeyboardEvent): void => {
    const proposal = proposals[chosen];
    const { key } = event;
    if (key === 'ArrowDown' && proposals.length > 0) setChosen((chosen + 1) % proposals.length);
    else if (key === 'ArrowUp' && proposals.length > 0) setChosen((chosen <= 0 ? proposals.length : chosen) - 1);
    else if ((key === 'Enter' || key === 'Tab') && proposal) take(proposal);
    else if (key === 'Enter') submit();
    else if (key === 'Escape' && proposals.length > 0) setOpen(false);
    else if (key === 'Escape') field.current?.blur();
    else return;
    event.preventDefault();
  };
  /** The coloured text behind the input goes where the input goes. */
  const follow = (): void => {
    if (behind.current && field.current) behind.current.scrollLeft = field.current.scrollLeft;
    setCaret(field.current?.selectionStart ?? text.length);
  };

  const helping = open && !disabled && (proposals.length > 0 || fault !== null || text === '');
  return (
    <search className={style.line}>
      <IconSearch className={style.icon} size={16} aria-hidden />
      <div className={style.field}>
        <div className={style.behind} ref={behind} aria-hidden>
          <QueryText text={text} fault={fault} />
        </div>
        <input
          ref={field}
          className={style.input}
          type="text"
          role="combobox"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          disabled={disabled}
          placeholder={disabled ? t('query.needsAuthority') : t('query.placeholder')}
          aria-label={t('query.label')}
          aria-expanded={proposals.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? `${list}-${chosen}` : undefined}
          aria-invalid={fault !== null}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
            setOpen(true);
            setChosen(-1);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={press}
          onSelect={follow}
          onScroll={follow}
        />
      </div>
      {!text && !open && !disabled && <kbd className={style.hint}>/</kbd>}
      {text && (
        <button
          type="button"
          className={style.clear}
          aria-label={t('query.clear')}
          onClick={() => {
            setText('');
            onSubmit('');
          }}
        >
          <IconX size={15} aria-hidden />
        </button>
      )}
      {helping && (
        // The press must not take the focus out of the line before the click arrives.
        <div className={style.help} onMouseDown={(event) => event.preventDefault()}>
          {fault && (
            <p className={style.fault} role="status">
              <Said>{fault.message}</Said>
              {fault.hint && (
                <span>
                  {' '}
                  <Said>{fault.hint}</Said>
                </span>
              )}
            </p>
          )}
          <ul role="listbox" id={list} aria-label={t('query.proposals')}>
            {proposals.map((proposal, index) => (
              <li
                key={`${proposal.start} ${proposal.text}`}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === chosen}
                className={style.proposal}
                onClick={() => take(proposal)}
              >
                <code>{proposal.text}</code>
                <span>{proposalWords(proposal, t)}</span>
              </li>
            ))}
          </ul>
          {!fault && <p className={style.tip}>{text && explained ? <Said>{explained}</Said> : t('query.tip')}</p>}
        </div>
      )}
    </search>
  );
}
