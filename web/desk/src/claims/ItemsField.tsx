import { ActionIcon, Button, Menu, SegmentedControl, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconArrowsExchange, IconFile, IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApiError } from '~/api/errors';
import { type ItemForm, KINDS, newItem, type Side } from '~/logic/claim';
import { sha256 } from '~/logic/sha256';
import { FormError } from '~/parts/States';

import { MessageItem } from './EvidenceList';
import style from './ItemsField.module.css';

interface Props {
  side: Side;
  items: readonly ItemForm[];
  fault: ReactNode;
  /** What the server said of one of the items. */
  error: ApiError | null;
  onItems: (items: readonly ItemForm[]) => void;
  /** Asked to put an item on the other side. */
  onMove: (item: ItemForm) => void;
}

/** The evidence for a claim, or that against it, to be typed and picked. */
export function ItemsField({ side, items, fault, error, onItems, onMove }: Props) {
  const { t } = useTranslation();
  const heading = useId();
  const change = (key: number, next: Partial<ItemForm>): void =>
    onItems(items.map((item) => (item.key === key ? { ...item, ...next } : item)));
  return (
    <section className={style.side} aria-labelledby={heading}>
      <header className={style.head}>
        <h3 id={heading}>{t(`claims.${side}`)}</h3>
        <Menu>
          <Menu.Target>
            <Button size="compact-sm" leftSection={<IconPlus size={14} />} aria-label={t(`attribute.add.${side}`)}>
              {t('attribute.addItem')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {KINDS.map((kind) => (
              <Menu.Item key={kind} onClick={() => onItems([...items, newItem(kind)])}>
                {t(`item.${kind}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </header>
      {fault && <p className={style.fault}>{fault}</p>}
      {items.map((item, index) => {
        const [, place, ...rest] = error?.field.split('.') ?? [];
        const mine = place === String(index) ? error : null;
        return (
          <Item
            key={item.key}
            item={item}
            error={mine}
            errorAt={rest.join('.')}
            moveWords={t(side === 'supporting' ? 'attribute.toOpposing' : 'attribute.toSupporting')}
            onChange={(next) => change(item.key, next)}
            onRemove={() => onItems(items.filter(({ key }) => key !== item.key))}
            onMove={() => onMove(item)}
          />
        );
      })}
    </section>
  );
}

interface ItemProps {
  item: ItemForm;
  error: ApiError | null;
  /** Name of the field of the item that is at fault, "" for the item as a whole. */
  errorAt: string;
  moveWords: string;
  onChange: (next: Partial<ItemForm>) => void;
  onRemove: () => void;
  onMove: () => void;
}

function Item({ item, error, errorAt, moveWords, onChange, onRemove, onMove }: ItemProps) {
  const { t } = useTranslation();
  const kind = t(`item.${item.kind}`);
  return (
    <fieldset className={style.item} data-faulty={error !== null}>
      <legend>{kind}</legend>
      <span className={style.tools}>
        <Tooltip label={moveWords}>
          <ActionIcon size="sm" aria-label={`${kind}: ${moveWords}`} onClick={onMove}>
            <IconArrowsExchange size={14} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('attribute.remove')}>
          <ActionIcon size="sm" aria-label={`${kind}: ${t('attribute.remove')}`} onClick={onRemove}>
            <IconTrash size={14} />
          </ActionIcon>
        </Tooltip>
      </span>
      <Fields item={item} errorAt={error ? errorAt : null} onChange={onChange} />
      <Textarea
        label={t(item.kind === 'statement' ? 'item.says' : 'item.shows')}
        dir="auto"
        autosize
        minRows={item.kind === 'statement' ? 2 : 1}
        maxRows={8}
        value={item.words}
        aria-invalid={errorAt === 'words' || undefined}
        onChange={(event) => onChange({ words: event.currentTarget.value })}
      />
      {error && <FormError error={error} />}
    </fieldset>
  );
}

interface FieldsProps {
  item: ItemForm;
  /** Name of the field that is at fault; null where none is. */
  errorAt: string | null;
  onChange: (next: Partial<ItemForm>) => void;
}

type Name = 'record' | 'sha256' | 'name' | 'page' | 'start' | 'end' | 'source' | 'longitude' | 'latitude' | 'radius';

function Fields({ item, errorAt, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const field = (name: Name, more: { placeholder?: string; numeric?: boolean } = {}): ReactNode => (
    <TextInput
      label={t(`item.fields.${name}`)}
      dir="auto"
      autoComplete="off"
      placeholder={more.placeholder}
      inputMode={more.numeric ? 'decimal' : undefined}
      value={item[name]}
      error={errorAt === name}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  switch (item.kind) {
    case 'message':
      return (
        <>
          {field('record', { numeric: true, placeholder: '#1234' })}
          {/^#?\d+$/u.test(item.record.trim()) && (
            <div className={style.preview}>
              <MessageItem number={Number(item.record.trim().replace('#', ''))} />
            </div>
          )}
        </>
      );
    case 'document':
      return (
        <>
          <DigestOfFile onDigest={(name, digest) => onChange({ sha256: digest, name: item.name || name })} />
          <div className={style.pair}>
            {field('name')}
            {field('page', { numeric: true })}
          </div>
          {field('sha256')}
        </>
      );
    case 'location':
      return (
        <>
          <div className={style.pair}>
            {field('start', { placeholder: '2026-06-01T18:00' })}
            {field('end', { placeholder: '2026-06-01T20:30' })}
          </div>
          <SegmentedControl
            aria-label={t('item.area')}
            value={item.shape}
            onChange={(shape) => onChange({ shape: shape as ItemForm['shape'] })}
            data={(['circle', 'polygon'] as const).map((value) => ({ value, label: t(`item.${value}`) }))}
          />
          {item.shape === 'circle' ? (
            <div className={style.pair}>
              {field('latitude', { numeric: true, placeholder: '51.23' })}
              {field('longitude', { numeric: true, placeholder: '4.40' })}
              {field('radius', { numeric: true, placeholder: '900' })}
            </div>
          ) : (
            <Textarea
              label={t('item.corners')}
              description={t('item.cornersHint')}
              autosize
              minRows={3}
              maxRows={8}
              placeholder={'4.40, 51.22\n4.42, 51.22\n4.41, 51.24'}
              value={item.corners}
              onChange={(event) => onChange({ corners: event.currentTarget.value })}
            />
          )}
          {field('source')}
        </>
      );
    case 'statement':
      return null;
  }
}

/** Takes the digest of a file on this machine; the file itself goes nowhere. */
function DigestOfFile({ onDigest }: { onDigest: (name: string, digest: string) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void sha256(file).then((digest) => onDigest(file.name, digest));
        }}
      />
      <Button
        size="compact-sm"
        className={style.file}
        leftSection={<IconFile size={14} />}
        title={t('item.fileHint')}
        onClick={() => input.current?.click()}
      >
        {t('item.file')}
      </Button>
    </>
  );
}
