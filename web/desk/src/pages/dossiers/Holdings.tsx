import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAt, IconDownload, IconFileText, IconNote, IconUser } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { addDocument, addItem, documentFile, dossierEntries } from '~/api/dossiers';
import { personPage } from '~/api/queries';
import type { Dossier, DossierItem, NewDossierItem } from '~/api/types';
import { useDesk } from '~/app/session';
import { ExcludedMark } from '~/dossier/ExcludedMark';
import { save } from '~/frame/save';
import { useTell } from '~/frame/useTell';
import { byteSize } from '~/logic/size';
import { asFound } from '~/parts/asFound';
import { Digest } from '~/parts/Digest';
import { FormDialog } from '~/parts/FormDialog';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Table } from '~/parts/Table';

import style from './Dossier.module.css';
import { ItemDialog } from './ItemDialog';
import { Past } from './Past';
import { RemoveDialog, type Removed } from './RemoveDialog';

interface Props {
  data: Dossier;
  items: readonly DossierItem[];
  writes: boolean;
}

type Named = 'account' | 'person' | 'note';

/** The accounts and persons of a dossier, each leading to its page. */
export function Actors({ data, items, writes }: Props) {
  const { t } = useTranslation();
  const held = items.filter(({ kind }) => kind === 'account' || kind === 'person');
  const [adding, setAdding] = useState<Named | null>(null);
  return (
    <Section id="actors" title={t('dossier.actors')}>
      {writes && (
        <div className={style.bar} data-screen-only>
          <Button leftSection={<IconAt size={14} />} onClick={() => setAdding('account')}>
            {t('dossier.addKind.account')}
          </Button>
          <Button leftSection={<IconUser size={14} />} onClick={() => setAdding('person')}>
            {t('dossier.addKind.person')}
          </Button>
        </div>
      )}
      {held.length === 0 && <p className={style.quiet}>{t('dossier.actorsNone')}</p>}
      <Held data={data} items={held} writes={writes} />
      <AddDialog reference={data.reference} kind={adding} onClose={() => setAdding(null)} />
    </Section>
  );
}

/** Notes and documents; a document is put in and taken home with its bytes. */
export function Papers({ data, items, writes }: Props) {
  const { t, i18n } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const held = items.filter(({ kind }) => kind === 'note' || kind === 'document');
  const [adding, setAdding] = useState<Named | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const input = useRef<HTMLInputElement>(null);
  return (
    <Section id="papers" title={t('dossier.papers')}>
      {writes && (
        <div className={style.bar} data-screen-only>
          <Button leftSection={<IconNote size={14} />} onClick={() => setAdding('note')}>
            {t('dossier.addKind.note')}
          </Button>
          <input
            ref={input}
            type="file"
            hidden
            onChange={(event) => {
              setFile(event.currentTarget.files?.[0] ?? null);
              // The same file can be chosen once more.
              event.currentTarget.value = '';
            }}
          />
          <Button leftSection={<IconFileText size={14} />} onClick={() => input.current?.click()}>
            {t('dossier.addKind.document')}
          </Button>
        </div>
      )}
      {held.length === 0 && <p className={style.quiet}>{t('dossier.papersNone')}</p>}
      <Held data={data} items={held} writes={writes} />
      <AddDialog reference={data.reference} kind={adding} onClose={() => setAdding(null)} />
      <FormDialog
        opened={file !== null}
        onClose={() => setFile(null)}
        title={t('dossier.addKind.document')}
        lead={file && t('dossier.documentLead', { name: file.name, size: byteSize(file.size, i18n.language) })}
        fields={[{ name: 'why', label: t('dossier.why'), kind: 'note', optional: true }]}
        confirm={t('dossier.put')}
        run={({ why = '' }) => addDocument(client, data.reference, file as File, why)}
        stale={dossierEntries(client)}
        onDone={({ name }) => tell.said(t('dossier.putDone', { what: name }))}
      />
    </Section>
  );
}

function Held({ data, items, writes }: Props) {
  const { t } = useTranslation();
  const [removing, setRemoving] = useState<Removed | null>(null);
  const [changing, setChanging] = useState<DossierItem | null>(null);
  if (items.length === 0) return null;
  const nameOf = (item: DossierItem): string =>
    item.account || item.person || item.name || `${t(`dossier.kind.${item.kind}`)} ${item.id.replace(/^\w+:/u, '')}`;
  return (
    <>
      <Table
        columns={[t('dossier.what'), t('dossier.why'), t('dossier.by'), { words: t('users.actions'), hidden: true }]}
      >
        {items.map((item) => (
          <tr key={item.id} id={`item-${item.id}`} tabIndex={-1}>
            <td className={style.wide}>
              <What item={item} reference={data.reference} />
              <ExcludedMark decisions={item.excluded} />
            </td>
            <td {...asFound}>{item.why}</td>
            <td>
              <bdi {...asFound}>{item.added_by}</bdi>
              <span className={style.second}>
                <IsoTime iso={item.added_at.iso} />
              </span>
            </td>
            <td>
              <span className={style.tools}>
                {writes && (
                  <>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={t('dossier.changeOf', { what: nameOf(item) })}
                      onClick={() => setChanging(item)}
                      data-screen-only
                    >
                      {t('dossier.change')}
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      aria-label={t('dossier.removeOf', { what: nameOf(item) })}
                      onClick={() => setRemoving({ kind: 'item', seen: item, what: nameOf(item) })}
                      data-screen-only
                    >
                      {t('dossier.remove')}
                    </Button>
                  </>
                )}
                <Past
                  reference={data.reference}
                  kind="item"
                  thing={item.id}
                  version={item.version}
                  what={nameOf(item)}
                />
              </span>
            </td>
          </tr>
        ))}
      </Table>
      {changing && (
        <ItemDialog
          reference={data.reference}
          item={changing}
          what={nameOf(changing)}
          onClose={() => setChanging(null)}
        />
      )}
      <RemoveDialog reference={data.reference} removed={removing} onClose={() => setRemoving(null)} />
    </>
  );
}

function What({ item, reference }: { item: DossierItem; reference: string }): ReactNode {
  switch (item.kind) {
    case 'account':
      return (
        <Link to="/accounts/$account" params={{ account: item.account }} className={style.actor}>
          <IconAt size={15} aria-hidden /> <code translate="no">{item.account}</code>
        </Link>
      );
    case 'person':
      return <Person id={item.person} />;
    case 'document':
      return <Document item={item} reference={reference} />;
    default:
      return (
        <p className={style.note} {...asFound}>
          {item.text}
        </p>
      );
  }
}

/** A person by a name that some claim gives. */
function Person({ id }: { id: string }) {
  const { client } = useDesk();
  const name = useQuery({ ...personPage(client, id), retry: false }).data?.person.names[0];
  return (
    <Link to="/persons/$person" params={{ person: id }} className={style.actor}>
      <IconUser size={15} aria-hidden /> <bdi {...asFound}>{name ?? id}</bdi> {name && <code>{id}</code>}
    </Link>
  );
}

function Document({ item, reference }: { item: DossierItem; reference: string }) {
  const { t, i18n } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const file = useMutation({
    mutationFn: () => documentFile(client, reference, item).then(save),
    onSuccess: tell.saved,
    onError: tell.failed,
  });
  return (
    <>
      <span className={style.actor}>
        <IconFileText size={15} aria-hidden /> <bdi {...asFound}>{item.name}</bdi>
        <span className={style.quiet}>{byteSize(item.size, i18n.language)}</span>
        <Button
          size="compact-xs"
          leftSection={<IconDownload size={13} />}
          loading={file.isPending}
          aria-label={t('dossier.download', { name: item.name })}
          onClick={() => file.mutate()}
          data-screen-only
        >
          {t('dossier.downloadDo')}
        </Button>
      </span>
      <Digest value={item.sha256} what={item.name} />
    </>
  );
}

function AddDialog({ reference, kind, onClose }: { reference: string; kind: Named | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const asked = kind ?? 'note';
  const name = { account: 'account', person: 'person', note: 'text' }[asked];
  return (
    <FormDialog
      opened={kind !== null}
      onClose={onClose}
      title={t(`dossier.addKind.${asked}`)}
      fields={[
        {
          name,
          label: t(`dossier.kind.${asked}`),
          kind: asked === 'note' ? 'note' : 'text',
          hint: asked === 'note' ? undefined : t(asked === 'account' ? 'dossier.accountHint' : 'dossier.personHint'),
        },
        ...(asked === 'note' ? [] : [{ name: 'why', label: t('dossier.why'), kind: 'note', optional: true } as const]),
      ]}
      confirm={t('dossier.put')}
      run={({ account = '', person = '', text = '', why = '' }) =>
        addItem(client, reference, {
          kind: asked,
          record: null,
          before: 0,
          after: 0,
          account: account.trim(),
          person: person.trim().toUpperCase(),
          text,
          why,
        } satisfies NewDossierItem)
      }
      stale={dossierEntries(client)}
      onDone={(item) =>
        tell.said(t('dossier.putDone', { what: item.account || item.person || t(`dossier.kind.${item.kind}`) }))
      }
    />
  );
}
