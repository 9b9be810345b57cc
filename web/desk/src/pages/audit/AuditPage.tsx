import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconBan, IconDownload, IconHistory, IconLock, IconShieldCheck } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { audit, auditFile, verifyAudit } from '~/api/queries';
import type { AuditEntry } from '~/api/types';
import { save } from '~/frame/save';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { useWork } from '~/frame/useWork';
import { asFound } from '~/parts/asFound';
import { CheckList } from '~/parts/CheckList';
import { ListFrame } from '~/parts/ListPage';
import { IsoTime } from '~/parts/Moment';
import { useTitle } from '~/parts/PageFrame';
import { Elapsed, Pending } from '~/parts/Pending';
import { Noted } from '~/parts/Said';
import { RowSkeletons } from '~/parts/Skeletons';
import { Command, EmptyState, ErrorState } from '~/parts/States';
import { VirtualList } from '~/parts/VirtualList';

import { type Act, ACTS, isAct } from './acts';
import style from './AuditPage.module.css';

/** A pause in typing, after which the acts are asked for, in milliseconds. */
const PAUSE = 200;

const route = getRouteApi('/desk/audit');
const keyOf = (entry: AuditEntry): number => entry.number;

/** Every act: who, when, under which authority, why, what. */
export function AuditPage() {
  const { t } = useTranslation();
  useTitle(t('pages.audit'));
  const { client } = useDesk();
  const pane = useRef<HTMLDivElement>(null);
  const { user: typed = '', act = '' } = route.useSearch();
  const [user] = useDebouncedValue(typed, PAUSE);
  const navigate = route.useNavigate();
  const answer = useInfiniteQuery(audit(client, user, act));
  const entries = useMemo(() => answer.data?.pages.flatMap((page) => page.entries) ?? [], [answer.data]);
  const verify = useWork((signal) => verifyAudit(client, signal));
  const tell = useTell();
  const file = useMutation({
    mutationFn: () => auditFile(client).then(save),
    onSuccess: tell.saved,
    onError: tell.failed,
  });
  const narrow = (change: { user?: string; act?: string }): void =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const total = answer.data?.pages[0]?.total;
  const sealedFor = answer.data?.pages[0]?.sealed_for ?? '';
  return (
    <ListFrame
      title={t('pages.audit')}
      counted={total !== undefined && t('count.acts', { count: total })}
      tools={
        <>
          {sealedFor === '' && (
            <>
              <TextInput
                w="12rem"
                aria-label={t('audit.user')}
                placeholder={t('audit.user')}
                defaultValue={typed}
                onChange={(event) => narrow({ user: event.currentTarget.value || undefined })}
              />
              <Select
                searchable
                clearable
                w="12rem"
                aria-label={t('audit.act')}
                placeholder={t('audit.act')}
                data={ACTS.map((each) => ({ value: each, label: t(`audit.acts.${each}`) }))}
                value={act || null}
                onChange={(value) => narrow({ act: value ?? undefined })}
              />
            </>
          )}
          <Button size="sm" leftSection={<IconShieldCheck size={15} />} loading={verify.isPending} onClick={verify.run}>
            {t('audit.verify')}
          </Button>
          <Button
            size="sm"
            leftSection={<IconDownload size={15} />}
            loading={file.isPending}
            onClick={() => file.mutate()}
          >
            {t('audit.export')}
          </Button>
        </>
      }
    >
      {!verify.isIdle && (
        <div className={style.outcome}>
          {verify.data && (
            <CheckList
              key={verify.submittedAt}
              check={verify.data}
              live
              words={{ ok: t('audit.holds'), bad: t('audit.broken') }}
            />
          )}
          {verify.isPending && <Elapsed onCancel={verify.stop} />}
          {verify.isError && <ErrorState error={verify.error} onRetry={verify.run} />}
        </div>
      )}
      {answer.isPending && (
        <Pending queryKey={audit(client, user, act).queryKey} answer={answer}>
          <RowSkeletons />
        </Pending>
      )}
      {answer.isError && entries.length === 0 && (
        <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {sealedFor !== '' && <Sealed total={total ?? 0} sealedFor={sealedFor} />}
      {answer.isSuccess && sealedFor === '' && entries.length === 0 && (
        <EmptyState icon={IconHistory} title={t('audit.none')}>
          <p>{t('audit.noneHint')}</p>
        </EmptyState>
      )}
      {entries.length > 0 && (
        <VirtualList
          pane={pane}
          label={t('pages.audit')}
          name={`audit ${user} ${act}`}
          list={entries}
          pages={answer}
          keyOf={keyOf}
          height={62}
        >
          {(entry) => <Entry entry={entry} />}
        </VirtualList>
      )}
    </ListFrame>
  );
}

/** The numbers are all that is known of sealed acts, and the key that reads them. */
function Sealed({ total, sealedFor }: { total: number; sealedFor: string }) {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconLock} title={t('audit.sealed')}>
      <p>{t('audit.sealedNumbers', { first: 0, last: Math.max(0, total - 1) })}</p>
      <p>{t('audit.sealedHint')}</p>
      <Command text="underseal serve --audit-key FILE" />
      <p className={style.key}>
        {t('audit.sealedKey')} <code>{sealedFor}</code>
      </p>
    </EmptyState>
  );
}

/** Acts and roles are words of ours; all else that an act was about is given as it was written down. */
function Detail({ name, value }: { name: string; value: string | number }) {
  const { t } = useTranslation();
  if (name === 'role') return t(`role.${value}` as 'role.filter', { defaultValue: String(value) });
  if (name === 'act' && isAct(String(value))) return t(`audit.acts.${value as Act}`);
  return name === 'query' || typeof value === 'number' ? <span {...asFound}>{value}</span> : <Noted>{value}</Noted>;
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const details = Object.entries(entry.details);
  const refused = entry.act === 'refused' || entry.act === 'login_failed';
  return (
    <article className={style.entry} data-refused={refused}>
      <span className={style.number}>{entry.number}</span>
      <IsoTime iso={entry.time} />
      <span className={style.who}>
        <bdi>{entry.user}</bdi>
        <span>{entry.authority}</span>
      </span>
      <span className={style.what}>
        <span>
          {refused && <IconBan size={14} aria-hidden />}
          <strong>{isAct(entry.act) ? t(`audit.acts.${entry.act}`) : entry.act}</strong>{' '}
          <span className={style.group}>
            {t(`audit.groups.${entry.group}` as 'audit.groups.security', { defaultValue: entry.group })}
          </span>
        </span>
        {details.length > 0 && (
          <span className={style.details}>
            {details.map(([name, value]) => (
              <span key={name}>
                <i>{t(`audit.details.${name}` as 'audit.details.act', { defaultValue: name })}</i>{' '}
                <Detail name={name} value={value} />
              </span>
            ))}
          </span>
        )}
        {entry.purpose && (
          <span className={style.purpose} {...asFound}>
            {entry.purpose}
          </span>
        )}
      </span>
    </article>
  );
}
