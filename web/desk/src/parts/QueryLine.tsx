import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { completions as completionsQuery } from '~/api/queries';
import type { Completion, ErrorBody } from '~/api/types';
import { useDesk } from '~/app/session';
import { toPoints, toUnits } from '~/logic/codepoints';
import { pieces } from '~/logic/query';

import style from './QueryLine.module.css';

/** A pause in typing, after which the server is asked what may follow, in milliseconds. */
const PAUSE = 120;

interface Props {
  /** The query that is being shown; the line is made anew when it changes. */
  query: string;
  field: RefObject<HTMLInputElement | null>;
  disabled: boolean;
  onSubmit: (query: string) => void;
}

/** A query line that explains itself: fields coloured, faults underlined in place, proposals for what may follow. */
export function QueryLine({ query, field, disabled, onSubmit }: Props) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const list = useId();
  const [text, setText] = useState(query);
  const [caret, setCaret] = useState(query.length);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const backdrop = useRef<HTMLDivElement>(null);

  const [asked] = useDebouncedValue(`${toPoints(text, caret)} ${text}`, PAUSE);
  const cut = asked.indexOf(' ');
  const answer = useQuery({
    ...completionsQuery(client, asked.slice(cut + 1), Number(asked.slice(0, cut))),
    enabled: open && !disabled,
    placeholderData: keepPreviousData,
  });
  const current = asked === `${toPoints(text, caret)} ${text}`;
  const proposals = open && current ? (answer.data?.completions ?? []) : [];
  const fault = answer.data?.fault && asked.slice(cut + 1) === text ? answer.data.fault : null;

  const take = (proposal: Completion): void => {
    const start = toUnits(text, proposal.start);
    const next = text.slice(0, start) + proposal.text + text.slice(toUnits(text, proposal.end));
    const at = start + proposal.text.length;
    setText(next);
    setCaret(at);
    setChosen(-1);
    requestAnimationFrame(() => field.current?.setSelectionRange(at, at));
  };
  const submit = (): void => {
    setOpen(false);
    onSubmit(text);
  };
  const press = (event: KeyboardEvent): void => {
    const proposal = proposals[chosen];
    if (event.key === 'ArrowDown' && proposals.length > 0) setChosen((chosen + 1) % proposals.length);
    else if (event.key === 'ArrowUp' && proposals.length > 0) setChosen((Math.max(chosen, 0) || proposals.length) - 1);
    else if (event.key === 'Enter' && !proposal) submit();
    else if ((event.key === 'Enter' || event.key === 'Tab') && proposal) take(proposal);
    else if (event.key === 'Escape' && open && proposals.length > 0) setOpen(false);
    else if (event.key === 'Escape') field.current?.blur();
    else return;
    event.preventDefault();
  };
  const follow = (): void => {
    if (backdrop.current && field.current) backdrop.current.scrollLeft = field.current.scrollLeft;
    setCaret(field.current?.selectionStart ?? text.length);
  };

  return (
    <search className={style.line} data-fault={fault !== null}>
      <IconSearch className={style.icon} size={16} aria-hidden />
      <div className={style.field}>
        <div className={style.backdrop} ref={backdrop} aria-hidden>
          <Coloured text={text} fault={fault} />
        </div>
        <input
          ref={field}
          className={style.input}
          type="text"
          role="combobox"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          dir="auto"
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
        <button type="button" className={style.clear} aria-label={t('query.clear')} onClick={() => (setText(''), onSubmit(''))}>
          <IconX size={15} aria-hidden />
        </button>
      )}
      {open && !disabled && (proposals.length > 0 || fault || text === '') && (
        <div className={style.help} onMouseDown={(event) => event.preventDefault()}>
          {fault && (
            <p className={style.fault} role="status">
              {fault.message}
              {fault.hint && <span> {fault.hint}</span>}
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
                onClick={() => (take(proposal), field.current?.focus())}
              >
                <code>{proposal.text}</code>
                <span>{proposal.label}</span>
              </li>
            ))}
          </ul>
          {!fault && <p className={style.tip}>{text && current && answer.data?.explained ? answer.data.explained : t('query.tip')}</p>}
        </div>
      )}
    </search>
  );
}

/** The text behind the input, letter under letter, with fields and operators coloured and the fault underlined. */
function Coloured({ text, fault }: { text: string; fault: ErrorBody | null }) {
  const from = fault?.position == null ? -1 : toUnits(text, fault.position);
  const to = fault?.position == null ? -1 : toUnits(text, fault.position + (fault.length ?? 1));
  const found = pieces(text).flatMap((piece) => {
    const colon = piece.type === 'filter' ? piece.start + piece.text.search(/[:：]/u) + 1 : piece.start;
    const cuts = [piece.start, colon, from, to, piece.end].filter((at) => at >= piece.start && at <= piece.end);
    const points = [...new Set(cuts)].sort((a, b) => a - b);
    return points.slice(1).map((end, index) => {
      const start = points[index] ?? 0;
      const kind = piece.type === 'filter' ? (end <= colon ? 'field' : 'value') : piece.type;
      return { start, text: text.slice(start, end), kind, faulty: start >= from && end <= to };
    });
  });
  const beyond = from >= text.length && from >= 0;
  return (
    <>
      {found.map((part) => (
        <span key={part.start} data-kind={part.kind} data-faulty={part.faulty}>
          {part.text}
        </span>
      ))}
      {beyond && <span data-faulty="true">{'\u00a0\u00a0'}</span>}
    </>
  );
}
