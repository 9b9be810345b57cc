import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { DossierEvent } from '~/api/types';
import { ExcludedMark } from '~/dossier/ExcludedMark';
import { asFound } from '~/parts/asFound';
import { Moment } from '~/parts/Moment';

import style from './Dossier.module.css';

/** Something that happened, in words of those who keep the dossier. `tools` is what can be done with it. */
export function EventEntry({ event, tools }: { event: DossierEvent; tools?: ReactNode }) {
  const { t } = useTranslation();
  return (
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
        {tools}
      </div>
    </article>
  );
}
