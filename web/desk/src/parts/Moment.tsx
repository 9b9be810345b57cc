import { useTranslation } from 'react-i18next';

import type { Moment as MomentShape } from '~/api/types';
import { momentParts } from '~/logic/moment';

import style from './Moment.module.css';

/** A time as evidence: always whole, with its offset. What it was found as stands in its title. */
export function Moment({ moment }: { moment: MomentShape }) {
  const { t } = useTranslation();
  const { clock, uncertainty, utc } = moment;
  const title = clock && t('moment.title', { clock, found: moment.found || String(utc), uncertainty });
  return <IsoTime iso={moment.iso} title={title || undefined} />;
}

/** An ISO time that is not evidence itself (a release, an act), shown the same way. */
export function IsoTime({ iso, title }: { iso: string; title?: string }) {
  const { date, time, offset } = momentParts(iso);
  const [clock, fraction] = time.split('.');
  return (
    <time className={style.moment} dateTime={iso} title={title}>
      <span className={style.date}>{date}</span>
      {time && <span className={style.faint}>T</span>}
      <span className={style.clock}>{clock}</span>
      <span className={style.faint}>
        {fraction && `.${fraction}`}
        {offset}
      </span>
    </time>
  );
}
