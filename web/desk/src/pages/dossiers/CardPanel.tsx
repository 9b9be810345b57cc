import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconPencil, IconUserMinus, IconUserPlus } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { addMember, card, changeCard, dossierEntries, removeMember } from '~/api/dossiers';
import { ApiError } from '~/api/errors';
import type { CardField, Dossier } from '~/api/types';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { asFound } from '~/parts/asFound';
import { Panel } from '~/parts/Blocks';
import { FormDialog } from '~/parts/FormDialog';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { FormError } from '~/parts/States';

import style from './Dossier.module.css';

/** The fields of a card that are changed in place. */
export const FIELDS: readonly CardField[] = ['title', 'offence', 'lead', 'contact', 'parent'];

/** What the dossier is: each field is changed where it stands. */
export function CardPanel({ data, writes }: { data: Dossier; writes: boolean }) {
  const { t } = useTranslation();
  return (
    <Section id="card" title={t('dossier.card')}>
      <Panel>
        <dl className={style.card}>
          {FIELDS.map((field) => (
            <Field key={field} data={data} field={field} writes={writes} />
          ))}
          <Fact name={t('dossier.district')}>{data.district}</Fact>
          <Fact name={t('dossier.members')}>
            <Members data={data} writes={writes} />
          </Fact>
          <Fact name={t('dossier.openedBy')}>
            <IsoTime iso={data.opened_at.iso} /> · <bdi {...asFound}>{data.opened_by}</bdi> ·{' '}
            <bdi {...asFound}>{data.authority}</bdi>
            {data.record !== null && (
              <>
                {' · '}
                <Link to="/records/$number" params={{ number: String(data.record) }}>
                  {t('dossier.openedFrom', { record: `#${data.record}` })}
                </Link>
              </>
            )}
          </Fact>
          <Fact name={t('dossier.reference')}>
            <code translate="no">{data.reference}</code>{' '}
            <span className={style.quiet}>{t('dossier.referenceHint')}</span>
          </Fact>
        </dl>
      </Panel>
    </Section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Field({ data, field, writes }: { data: Dossier; field: CardField; writes: boolean }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const pencil = useRef<HTMLButtonElement>(null);
  const value = data[field];
  const end = (): void => {
    setEditing(false);
    // Who was in the field goes on from where they began.
    setTimeout(() => pencil.current?.focus());
  };
  return (
    <Fact name={t(`dossier.${field}`)}>
      {editing ? (
        <Editing data={data} field={field} onEnd={end} />
      ) : (
        <span className={style.value}>
          {value ? <bdi {...asFound}>{value}</bdi> : <span className={style.quiet}>{t('dossier.nothing')}</span>}
          {writes && (
            <ActionIcon
              ref={pencil}
              size="sm"
              aria-label={t('dossier.edit', { field: t(`dossier.${field}`) })}
              onClick={() => setEditing(true)}
              data-screen-only
            >
              <IconPencil size={14} />
            </ActionIcon>
          )}
        </span>
      )}
    </Fact>
  );
}

/** One field while it is changed. Where somebody else was faster, both wordings are in sight, and nothing is lost. */
function Editing({ data, field, onEnd }: { data: Dossier; field: CardField; onEnd: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const cache = useQueryClient();
  const tell = useTell();
  const [value, setValue] = useState(data[field]);
  const [seen, setSeen] = useState(data.versions[field] ?? 0);
  const act = useMutation({
    mutationFn: () => changeCard(client, data.reference, field, value, seen),
    onSuccess: async () => {
      onEnd();
      tell.said(t('dossier.changed', { field: t(`dossier.${field}`) }));
      await cache.invalidateQueries(dossierEntries(client));
    },
    onError: async (error) => {
      if (!(error instanceof ApiError) || error.status !== 409) return;
      const now = await cache.fetchQuery({ ...card(client, data.reference), staleTime: 0 });
      setSeen(now.versions[field] ?? 0);
    },
  });
  const faster = act.error instanceof ApiError && act.error.status === 409 && data.open && data[field] !== value;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <form
      className={style.editing}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onEnd();
        }
      }}
    >
      <TextInput
        aria-label={t(`dossier.${field}`)}
        dir="auto"
        autoFocus
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        error={
          act.isError && (
            <FormError error={act.error} words={faster ? t('dossier.faster', { now: data[field] }) : undefined} bare />
          )
        }
      />
      <Button type="submit" size="sm" variant="filled" loading={act.isPending}>
        {t('dossier.save')}
      </Button>
      <Button size="sm" onClick={onEnd}>
        {t('cancel')}
      </Button>
    </form>
  );
}

function Members({ data, writes }: { data: Dossier; writes: boolean }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  return (
    <ul className={style.members}>
      {data.members.map(({ user }) => (
        <li key={user}>
          <bdi {...asFound}>{user}</bdi>
          {writes && user !== data.lead && (
            <ActionIcon
              size="sm"
              aria-label={t('dossier.memberRemove', { user })}
              onClick={() => setRemoving(user)}
              data-screen-only
            >
              <IconUserMinus size={13} />
            </ActionIcon>
          )}
        </li>
      ))}
      {writes && (
        <li data-plain data-screen-only>
          <Button size="compact-xs" leftSection={<IconUserPlus size={13} />} onClick={() => setAdding(true)}>
            {t('dossier.memberAdd')}
          </Button>
        </li>
      )}
      <FormDialog
        opened={adding}
        onClose={() => setAdding(false)}
        title={t('dossier.memberAdd')}
        lead={t('dossier.memberAddLead')}
        fields={[{ name: 'user', label: t('dossier.user') }]}
        confirm={t('dossier.memberAdd')}
        run={({ user = '' }) => addMember(client, data.reference, user)}
        stale={dossierEntries(client)}
      />
      <FormDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('dossier.memberRemove', { user: removing })}
        lead={t('dossier.memberRemoveLead', { user: removing })}
        fields={[]}
        confirm={t('dossier.memberRemove', { user: removing })}
        run={() => removeMember(client, data.reference, removing ?? '')}
        stale={dossierEntries(client)}
      />
    </ul>
  );
}
