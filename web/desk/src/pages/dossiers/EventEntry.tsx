import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { dossierEntries, enterWork } from '~/api/dossiers';
import type { DossierEvent } from '~/api/types';
import { useDesk } from '~/app/session';
import { ExcludedMark } from '~/dossier/ExcludedMark';
import { recordsOf } from '~/logic/dossiers';
import { asFound } from '~/parts/asFound';
import { FormDialog } from '~/parts/FormDialog';
import { Moment } from '~/parts/Moment';

import style from './Dossier.module.css';

interface Props {
  event: DossierEvent;
  onChange: (() => void) | undefined;
  onRemove: (() => void) | undefined;
}

/** Something that happened, in words of those who keep the dossier. */
export function EventEntry({ event, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  return (
    <li>
      <article className={style.entry} data-event aria-label={t('dossier.event')}>
        <span className={style.when}>
          <Moment moment={event.start} />
          {event.end && (
            <span>
              – <Moment moment={event.end} />
            </span>
          )}
          {event.record !== null && (
            <Link to="/records/$number" params={{ number: String(event.record) }} className={style.number}>
              #{event.record}
            </Link>
          )}
        </span>
        <div className={style.main}>
          <p className={style.quiet}>
            {t('dossier.event')} · <bdi {...asFound}>{event.changed_by}</bdi>
          </p>
          <p className={style.words} {...asFound}>
            {event.words}
          </p>
          <ExcludedMark decisions={event.excluded} />
          <span className={style.tools} data-screen-only>
            {onChange && (
              <Button size="compact-xs" variant="subtle" onClick={onChange}>
                {t('dossier.change')}
              </Button>
            )}
            {onRemove && (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={onRemove}>
                {t('dossier.remove')}
              </Button>
            )}
          </span>
        </div>
      </article>
    </li>
  );
}

/** Enters what happened, or says something else of it. */
export function EventDialog(props: { reference: string; event: DossierEvent | 'new' | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const { reference, event, onClose } = props;
  const old = event === 'new' ? null : event;
  return (
    <FormDialog
      opened={event !== null}
      onClose={onClose}
      title={t(old ? 'dossier.change' : 'dossier.eventAdd')}
      fields={[
        { name: 'words', label: t('dossier.eventWords'), kind: 'note', initial: old?.words },
        {
          name: 'start',
          label: t('dossier.eventStart'),
          hint: t('dossier.whenHint', { zone: session.timezone }),
          initial: old?.start.iso,
        },
        { name: 'end', label: t('dossier.eventEnd'), initial: old?.end?.iso, optional: true },
        {
          name: 'record',
          label: t('dossier.eventRecord'),
          initial: old?.record == null ? '' : String(old.record),
          optional: true,
        },
      ]}
      faults={({ record }) => ({
        record: (recordsOf(record ?? '')?.length ?? 2) > 1 ? t('dossier.recordsFault') : undefined,
      })}
      confirm={t(old ? 'dossier.save' : 'dossier.eventAdd')}
      run={({ words = '', start = '', end = '', record = '' }) =>
        enterWork(client, reference, 'chronology', old ?? null, {
          words,
          start: start.trim(),
          end: end.trim(),
          record: recordsOf(record)?.[0] ?? null,
        })
      }
      stale={dossierEntries(client)}
    />
  );
}
