import { useTranslation } from 'react-i18next';

import type { ConversationSummary } from '~/api/types';
import { usePrinted } from '~/app/printing';
import { useDesk } from '~/app/session';

import style from './ConversationPage.module.css';

/** Says on paper what was printed, under which authority, from which release: the page holds a part of the conversation. */
export function PrintHead({ summary }: { summary: ConversationSummary }) {
  const { t } = useTranslation();
  const { session, authority, release } = useDesk();
  const printed = usePrinted();
  return (
    <div className={style.print} data-print-only>
      <p>
        {session.workspace} · {t('print.release', { release })} · {t('print.authority', { number: authority?.number })}
      </p>
      <p>
        {t('print.part', { id: summary.id, messages: summary.messages, locked: summary.locked })}
        {printed && ` · ${t('print.by', { user: session.user, time: printed })}`}
      </p>
    </div>
  );
}
