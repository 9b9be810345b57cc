import { Button, Checkbox, Modal, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import { type QueryFilters, useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError } from '~/api/errors';

import { FormError } from './States';

import style from './FormDialog.module.css';

export interface Field {
  name: string;
  label: string;
  /** A note has several lines; a box is ticked, and holds "yes" then. */
  kind?: 'text' | 'number' | 'password' | 'choice' | 'note' | 'box';
  /** What it is for; one that depends on what was entered so far is asked for. */
  hint?: string | ((values: Values) => string);
  initial?: string;
  optional?: boolean;
  choices?: readonly { value: string; label: string }[];
  /** What a password manager fills in. */
  complete?: string;
}

export type Values = Readonly<Record<string, string>>;

/** What somebody else entered while a form was open. */
export interface Meanwhile {
  version: number;
  user: string;
  values: Values;
}

export interface FormProps<T> {
  opened: boolean;
  onClose: () => void;
  title: string;
  lead?: ReactNode;
  /** What stands under the fields. */
  after?: ReactNode;
  /** It cannot be done as things are; `lead` and `after` say why. */
  impossible?: boolean;
  fields: readonly Field[];
  confirm: string;
  /** What cannot be undone is red, and is not what Enter does by chance: it stays closed until this says so. */
  grave?: (values: Values) => boolean;
  /** What cannot be sent as it stands: a sentence by field. */
  faults?: (values: Values) => Readonly<Record<string, string | undefined>>;
  /** `seen` is the version that its author saw: of what is changed. */
  run: (values: Values, seen: number) => Promise<T>;
  /** What is changed by it: the version that was seen, and how to learn of the one that somebody entered meanwhile. */
  changes?: { version: number; latest: () => Promise<Meanwhile> };
  /** What it makes stale, and is asked for anew. */
  stale?: QueryFilters;
  onDone?: (found: T) => void;
}

/** One act: what it does, what it needs to know, and what went wrong. */
export function FormDialog<T>(props: FormProps<T>) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form<T>(props: FormProps<T>) {
  const { onClose, lead, fields, confirm, grave, faults, run, changes, stale, onDone } = props;
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(fields.map(({ name, initial }) => [name, initial ?? ''])),
  );
  const [seen, setSeen] = useState(changes?.version ?? 0);
  const [theirs, setTheirs] = useState<Meanwhile | null>(null);
  const act = useMutation({
    mutationFn: () => run(values, seen),
    onSuccess: async (found) => {
      onClose();
      onDone?.(found);
      if (stale) await cache.invalidateQueries(stale);
    },
    onError: async (error) => {
      if (!changes || !(error instanceof ApiError) || error.status !== 409) return;
      const now = await changes.latest();
      if (now.version === seen) return;
      const begun = theirs?.values ?? Object.fromEntries(fields.map(({ name, initial }) => [name, initial ?? '']));
      // What one left as it was follows the other; what both changed is chosen field by field.
      setValues((mine) =>
        Object.fromEntries(
          Object.entries(mine).map(([name, own]) => [name, own === begun[name] ? (now.values[name] ?? own) : own]),
        ),
      );
      setSeen(now.version);
      setTheirs(now);
    },
  });
  const own = faults?.(values) ?? {};
  const said = act.error instanceof ApiError ? act.error : null;
  const there = said !== null && fields.some(({ name }) => name === said.field);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  const set = (name: string, value: string): void => setValues({ ...values, [name]: value });
  const theirsOf = (name: string): string | undefined => {
    const other = theirs?.values[name];
    return other === undefined || other === values[name] ? undefined : other;
  };
  return (
    <form className={style.form} onSubmit={submit}>
      {lead && <p className={style.lead}>{lead}</p>}
      {theirs && (
        <p className={style.meanwhile} role="alert">
          {t('meanwhile.title', { user: theirs.user })}
        </p>
      )}
      {fields.map((field, index) => (
        <div key={field.name} className={style.field}>
          <Input
            field={field}
            hint={typeof field.hint === 'function' ? field.hint(values) : field.hint}
            first={index === 0}
            value={values[field.name] ?? ''}
            fault={
              own[field.name] ?? (there && said.field === field.name ? <FormError error={said} bare /> : undefined)
            }
            onChange={(value) => set(field.name, value)}
          />
          {theirs && theirsOf(field.name) !== undefined && (
            <Theirs
              field={field}
              user={theirs.user}
              value={theirsOf(field.name) ?? ''}
              onTake={(value) => set(field.name, value)}
            />
          )}
        </div>
      ))}
      {props.after}
      {act.isError && !there && !(theirs && act.error instanceof ApiError && act.error.status === 409) && (
        <FormError error={act.error} />
      )}
      <div className={style.buttons}>
        <Button size="sm" onClick={onClose} data-autofocus={fields.length === 0 && grave ? true : undefined}>
          {t('cancel')}
        </Button>
        <Button
          type="submit"
          variant="filled"
          size="sm"
          color={grave ? 'var(--us-seal)' : undefined}
          autoContrast={grave !== undefined}
          disabled={props.impossible || Object.values(own).some(Boolean) || (grave !== undefined && !grave(values))}
          loading={act.isPending}
          data-autofocus={fields.length === 0 && !grave ? true : undefined}
        >
          {confirm}
        </Button>
      </div>
    </form>
  );
}

interface TheirsProps {
  field: Field;
  user: string;
  value: string;
  onTake: (value: string) => void;
}

/** What somebody else says in a field, beside one's own: either can be kept. */
function Theirs({ field, user, value, onTake }: TheirsProps) {
  const { t } = useTranslation();
  const words = field.choices?.find((each) => each.value === value)?.label ?? value;
  return (
    <div className={style.theirs}>
      <p>{t('meanwhile.says', { user })}</p>
      <blockquote dir="auto">{words || t('meanwhile.nothing')}</blockquote>
      <Button
        size="compact-xs"
        aria-label={t('meanwhile.takeOf', { field: field.label, user })}
        onClick={() => onTake(value)}
      >
        {t('meanwhile.take')}
      </Button>
    </div>
  );
}

interface InputProps {
  field: Field;
  hint: string | undefined;
  first: boolean;
  value: string;
  fault: ReactNode;
  onChange: (value: string) => void;
}

function Input({ field, hint, first, value, fault, onChange }: InputProps) {
  const shared = {
    label: field.label,
    description: hint,
    required: !field.optional,
    value,
    error: fault,
    'data-autofocus': first ? true : undefined,
  };
  if (field.kind === 'choice') {
    return (
      <Select
        {...shared}
        allowDeselect={false}
        searchable
        data={[...(field.choices ?? [])]}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    );
  }
  if (field.kind === 'box') {
    return (
      <Checkbox
        label={field.label}
        description={hint}
        error={fault}
        checked={value !== ''}
        onChange={(event) => onChange(event.currentTarget.checked ? 'yes' : '')}
      />
    );
  }
  if (field.kind === 'note') {
    return (
      <Textarea
        {...shared}
        dir="auto"
        autosize
        minRows={2}
        maxRows={10}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (field.kind === 'password') {
    return (
      <PasswordInput
        {...shared}
        autoComplete={field.complete ?? 'new-password'}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      dir="auto"
      autoComplete="off"
      inputMode={field.kind === 'number' ? 'numeric' : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
