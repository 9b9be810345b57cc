import { Button, Checkbox, Modal, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError } from '~/api/errors';
import { claim as claimQuery, claims, persons } from '~/api/queries';
import type { Attribution } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { type ClaimForm, emptyForm, formOf, GRADES, missing, newItem, request, type Side, SIDES } from '~/logic/claim';
import { FormError } from '~/parts/States';

import style from './AttributeDialog.module.css';
import { takePicked } from './basket';
import { ItemsField } from './ItemsField';

interface Props {
  account: string;
  /** The claim that the new one takes the place of; null for one that stands beside the others. */
  supersedes: Attribution | null;
  onClose: () => void;
}

/** What was typed of a claim that is not made yet: one may go and read on, and comes back to it. In memory only. */
const drafts = new Map<string, ClaimForm>();

/** Claim that a person used an account. */
export function AttributeDialog(props: Props & { opened: boolean }) {
  const { t } = useTranslation();
  const { account, supersedes, opened, onClose } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="60rem"
      title={supersedes ? t('attribute.supersede', { id: supersedes.id }) : t('attribute.title', { account })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Form key={`${account} ${supersedes?.id}`} {...props} />
    </Modal>
  );
}

/** How a day is written. */
const BIRTH_DAY = '1991-02-03';

const TEXTS = ['start', 'end'] as const;

/** What was typed before, with the messages that were picked since. */
function begin(name: string, supersedes: Attribution | null, zone: string): ClaimForm {
  const before = drafts.get(name) ?? (supersedes ? formOf(supersedes) : emptyForm(zone));
  const held = new Set([...before.supporting, ...before.opposing].map(({ record }) => record));
  const picked = takePicked().filter((number) => !held.has(String(number)));
  return {
    ...before,
    supporting: [...before.supporting, ...picked.map((number) => newItem('message', { record: String(number) }))],
  };
}

function Form({ account, supersedes, onClose }: Props) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const cache = useQueryClient();
  const tell = useTell();
  const place = useRef<HTMLFormElement>(null);
  const name = `${session.workspace} ${session.user} ${account} ${supersedes?.id ?? ''}`;
  // Made once, and outside of the initial state: that may be asked for twice, and the messages are there once.
  const first = useRef<ClaimForm>(null);
  first.current ??= begin(name, supersedes, session.timezone);
  const [form, setForm] = useState<ClaimForm>(first.current);
  const [asked, setAsked] = useState(false);
  const act = useMutation({
    mutationFn: () =>
      claimQuery(
        client,
        request(form, account, (why) => t('attribute.inPlaceOf', { id: supersedes?.id, why })),
        supersedes?.id ?? null,
      ),
    onSuccess: async (made) => {
      drafts.delete(name);
      onClose();
      tell.said(t('attribute.done', { id: made.id, person: made.person.name }));
      await cache.invalidateQueries(claims(client));
    },
  });
  const set = (change: Partial<ClaimForm>): void => {
    const next = { ...form, ...change };
    drafts.set(name, next);
    setForm(next);
  };
  const lacking = asked ? missing(form, supersedes !== null) : new Set<string>();
  const said = act.error instanceof ApiError && act.error.field ? act.error : null;
  const faultAt = (field: string): ReactNode => {
    if (said?.field === field) return <FormError error={said} bare />;
    return lacking.has(field) ? t('attribute.needed') : undefined;
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (missing(form, supersedes !== null).size === 0) act.mutate();
    else requestAnimationFrame(() => place.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  return (
    <form className={style.form} ref={place} onSubmit={submit} noValidate>
      {supersedes && (
        <Textarea
          label={t('attribute.why')}
          description={t('attribute.whyHint', { id: supersedes.id })}
          dir="auto"
          autosize
          minRows={2}
          required
          data-autofocus
          value={form.why}
          error={faultAt('why')}
          onChange={(event) => set({ why: event.currentTarget.value })}
        />
      )}
      {supersedes !== null && supersedes.outside > 0 && (
        <p className={style.hint}>{t('attribute.outside', { count: supersedes.outside })}</p>
      )}
      <PersonFields form={form} set={set} faultAt={faultAt} />
      <fieldset className={style.part}>
        <legend>{t('attribute.interval')}</legend>
        <div className={style.columns}>
          {TEXTS.map((end) => {
            const unknown = `${end}Unknown` as const;
            return (
              <div key={end} className={style.bound}>
                <TextInput
                  label={t(`attribute.${end}`)}
                  description={t(`attribute.${end}Hint`)}
                  autoComplete="off"
                  disabled={form[unknown]}
                  value={form[unknown] ? '' : form[end]}
                  error={faultAt(end)}
                  onChange={(event) => set({ [end]: event.currentTarget.value })}
                />
                <Checkbox
                  size="xs"
                  label={t(`attribute.${unknown}`)}
                  checked={form[unknown]}
                  onChange={(event) => set({ [unknown]: event.currentTarget.checked })}
                />
              </div>
            );
          })}
          <TextInput
            label={t('attribute.zone')}
            description={t('attribute.zoneHint')}
            autoComplete="off"
            value={form.zone}
            error={faultAt('zone')}
            onChange={(event) => set({ zone: event.currentTarget.value })}
          />
        </div>
      </fieldset>
      <fieldset className={style.part}>
        <legend>{t('attribute.evidence')}</legend>
        <p className={style.hint}>{t('attribute.evidenceHint')}</p>
        <div className={style.sides}>
          {SIDES.map((side) => (
            <ItemsField
              key={side}
              side={side}
              items={form[side]}
              fault={faultAt(side)}
              error={said?.field.startsWith(`${side}.`) ? said : null}
              onItems={(items) => set({ [side]: items })}
              onMove={(item) => {
                const other: Side = side === 'supporting' ? 'opposing' : 'supporting';
                set({ [side]: form[side].filter(({ key }) => key !== item.key), [other]: [...form[other], item] });
              }}
            />
          ))}
        </div>
      </fieldset>
      <Select
        label={t('attribute.grade')}
        description={t('grade.explained')}
        placeholder={t('attribute.gradeChoose')}
        allowDeselect={false}
        value={form.grade || null}
        error={faultAt('grade')}
        data={GRADES.map((grade) => ({ value: grade, label: t(`grade.${grade}.word`) }))}
        onChange={(grade) => set({ grade: GRADES.find((each) => each === grade) ?? '' })}
      />
      {form.grade && <p className={style.hint}>{t(`grade.${form.grade}.meaning`)}</p>}
      {act.isError && !isShown(said, form) && <FormError error={act.error} />}
      <div className={style.buttons}>
        <span className={style.hint}>{t('attribute.forEver')}</span>
        <Button size="sm" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button type="submit" variant="filled" size="sm" loading={act.isPending}>
          {t(supersedes ? 'attribute.doSupersede' : 'attribute.do')}
        </Button>
      </div>
    </form>
  );
}

/** Whether a fault stands at a field already; what has no place of its own stands at the end of the form. */
function isShown(said: ApiError | null, form: ClaimForm): boolean {
  if (!said) return false;
  const [list, place] = said.field.split('.');
  if (place !== undefined)
    return (list === 'supporting' || list === 'opposing') && form[list][Number(place)] !== undefined;
  const own = form.known ? ['person'] : ['name', 'born'];
  return ['start', 'end', 'zone', 'grade', 'supporting', 'opposing', ...own].includes(said.field);
}

interface FieldsProps {
  form: ClaimForm;
  set: (change: Partial<ClaimForm>) => void;
  faultAt: (field: string) => ReactNode;
}

function PersonFields({ form, set, faultAt }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={style.part}>
      <legend>{t('attribute.person')}</legend>
      <SegmentedControl
        aria-label={t('attribute.person')}
        className={style.choice}
        value={form.known ? 'known' : 'new'}
        onChange={(value) => set({ known: value === 'known' })}
        data={[
          { value: 'new', label: t('attribute.new') },
          { value: 'known', label: t('attribute.known') },
        ]}
      />
      {form.known ? (
        <KnownPerson form={form} set={set} faultAt={faultAt} />
      ) : (
        <div className={style.columns}>
          <TextInput
            label={t('attribute.name')}
            dir="auto"
            autoComplete="off"
            value={form.name}
            error={faultAt('name')}
            data-autofocus
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('attribute.born')}
            placeholder={BIRTH_DAY}
            autoComplete="off"
            value={form.born}
            error={faultAt('born')}
            onChange={(event) => set({ born: event.currentTarget.value })}
          />
        </div>
      )}
    </fieldset>
  );
}

/** A pause in typing, after which persons are looked for, in milliseconds. */
const PAUSE = 150;

function KnownPerson({ form, set, faultAt }: FieldsProps) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const chosen = form.person ? `${form.name} (${form.person})` : '';
  const [typed, setTyped] = useState(chosen);
  const [asked] = useDebouncedValue(typed === chosen ? '' : typed, PAUSE);
  const answer = useInfiniteQuery(persons(client, asked));
  const found = (answer.data?.pages[0]?.persons ?? []).map(({ id, names, born }) => ({
    value: id,
    label: `${names[0] ?? ''} (${id})`,
    name: names[0] ?? '',
    born: born[0] ?? '',
  }));
  const own = found.some(({ value }) => value === form.person);
  return (
    <Select
      label={t('attribute.which')}
      description={t('attribute.whichHint')}
      searchable
      allowDeselect={false}
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has looked for them already.
      filter={({ options }) => options}
      nothingFoundMessage={t('persons.noneFound')}
      value={form.person || null}
      error={faultAt('person')}
      data={[...(form.person && !own ? [{ value: form.person, label: chosen }] : []), ...found]}
      onChange={(person) =>
        set({ person: person ?? '', name: found.find(({ value }) => value === person)?.name ?? form.name })
      }
    />
  );
}
