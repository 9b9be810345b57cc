import { useTranslation } from 'react-i18next';

import { usePrinted } from '~/frame/printing';
import { useDesk } from '~/app/session';

import style from './PrintHead.module.css';

/** Says on paper what was printed, of which release, under which authority, by whom and when. */
export function PrintHead({ what }: { what: string }) {
  const { t } = useTranslation();
  const { session, authority, release } = useDesk();
  const printed = usePrinted(session.timezone);
  return (
    <div className={style.print} data-print-only>
      <p>
        {session.workspace} · {t('print.release', { release })} · {t('print.authority', { number: authority?.number })}
      </p>
      <p>
        {what}
        {printed && ` · ${t('print.by', { user: session.user, time: printed })}`}
      </p>
    </div>
  );
}
