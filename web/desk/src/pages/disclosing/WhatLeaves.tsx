import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertTriangle, IconGavel } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { disclosurePreview } from '~/api/disclosing';
import type { DisclosurePreview, Redactable } from '~/api/types';
import { useDesk } from '~/app/session';
import { byteSize } from '~/logic/size';
import { asFound } from '~/parts/asFound';
import { Pending } from '~/parts/Pending';
import { Said } from '~/parts/Said';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import style from './Disclose.module.css';

/** In figures what would leave the house, what has to be looked at before, and what stays. */
export function WhatLeaves({ reference }: { reference: string }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(disclosurePreview(client, reference));
  return (
    <div className={style.block}>
      <h2>{t('disclosing.leaving')}</h2>
      {answer.data ? (
        <Figures preview={answer.data} />
      ) : answer.isError ? (
        <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      ) : (
        <Pending queryKey={disclosurePreview(client, reference).queryKey} answer={answer}>
          <CardSkeletons count={2} />
        </Pending>
      )}
    </div>
  );
}

function Figures({ preview }: { preview: DisclosurePreview }) {
  const { t, i18n } = useTranslation();
  const { counts } = preview;
  const number = (value: number): string => new Intl.NumberFormat(i18n.language).format(value);
  const redacted = Object.entries(preview.redactions).map(([field, count]) =>
    t('disclosing.partCount', { part: t(`disclosing.part.${field as Redactable}`), count }),
  );
  const figures: readonly (readonly [string, string, string?])[] = [
    [
      t('disclosing.figure.used'),
      number(counts.used),
      `${t('disclosing.figure.items', { count: counts.items })}, ${t('disclosing.figure.around', { count: counts.context })}`,
    ],
    [t('disclosing.figure.locked'), number(counts.locked)],
    [t('disclosing.figure.redacted'), number(counts.redacted), redacted.join(', ')],
    [t('disclosing.figure.unused'), number(counts.unused), t('disclosing.figure.listed')],
    [t('disclosing.figure.sensitive'), number(counts.sensitive), t('disclosing.figure.listed')],
    [t('disclosing.figure.messageKeys'), number(counts.message_keys), t('disclosing.figure.messageKeysOf')],
    [t('disclosing.figure.sessionKeys'), number(counts.session_keys), t('disclosing.figure.sessionKeysOf')],
    [t('disclosing.figure.media'), number(counts.media)],
    [t('disclosing.figure.attributions'), number(counts.attributions)],
    [t('disclosing.figure.release'), number(preview.release)],
    [t('disclosing.figure.size'), byteSize(preview.size, i18n.language), t('disclosing.figure.sizeOf')],
  ];
  return (
    <>
      <dl className={style.figures}>
        {figures.map(([words, value, note]) => (
          <div key={words}>
            <dt>{words}</dt>
            <dd>
              <strong>{value}</strong> {note && <span className={style.quiet}>{note}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {preview.beside_redacted.length > 0 && (
        <div className={style.warning} role="note">
          <IconAlertTriangle size={16} aria-hidden />
          <p>
            {t('disclosing.beside', { count: preview.beside_redacted.length })}{' '}
            {preview.beside_redacted.map((record) => (
              <Link key={record} to="/records/$number" params={{ number: String(record) }} className={style.record}>
                #{record}
              </Link>
            ))}
          </p>
        </div>
      )}
      {preview.exclusions.map(({ decision, judge, why }) => (
        <div key={decision} className={style.warning} role="note">
          <IconGavel size={16} aria-hidden />
          <p>
            {t('disclosing.excluded')} <bdi {...asFound}>{`${decision}, ${judge}: ${why}`}</bdi>
          </p>
        </div>
      ))}
      {preview.sessions.length > 0 && (
        <details className={style.details}>
          <summary>{t('disclosing.sessions', { count: preview.sessions.length })}</summary>
          <ul>
            {preview.sessions.map(({ session, start, opens }) => (
              <li key={session}>
                <code translate="no">{session}</code>{' '}
                {t('disclosing.session', { start, messages: t('count.messages', { count: opens }) })}
              </li>
            ))}
          </ul>
        </details>
      )}
      <details className={style.details}>
        <summary>{t('disclosing.never')}</summary>
        <ul>
          {preview.never.map(({ what, why }) => (
            <li key={what}>
              <strong>
                <Said>{what}</Said>
              </strong>
              <br />
              <Said>{why}</Said>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
