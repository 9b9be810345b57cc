import { useTranslation } from 'react-i18next';

import { decide, privilege, settle } from '~/api/queries';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { type Entry, subjectOf } from '~/logic/withheld';
import { FormDialog } from '~/parts/FormDialog';

/** What is done: it stays withheld, or is given back. */
export type Verb = 'keep' | 'give';

export const OPPOSITE: Readonly<Record<Verb, Verb>> = { keep: 'give', give: 'keep' };

/** A decision to be made. */
export interface Act {
  entry: Entry;
  verb: Verb;
  /** Reason that is proposed. */
  why: string;
}

/** A decision that was made: of what, how, and in which words. */
export interface Done {
  key: string;
  verb: Verb;
  words: string;
}

interface DecideProps {
  act: Act | null;
  onClose: () => void;
  onDecided: (entry: Entry, done: Done) => void;
}

/** Asks for the reason, and decides. */
export function DecideDialog({ act, onClose, onDecided }: DecideProps) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const tell = useTell();
  const declaration = act?.entry.declaration ?? null;
  const keep = act?.verb === 'keep';
  const title = t(
    declaration ? (keep ? 'filter.verify' : 'filter.reject') : keep ? 'filter.confirm' : 'filter.release',
  );
  const run = async (why: string): Promise<void> => {
    if (!act) return;
    if (declaration) await settle(client, declaration.number, keep ? 'verify' : 'reject', why);
    else await decide(client, keep ? 'confirm' : 'release', subjectOf(act.entry, why));
  };
  return (
    <FormDialog
      opened={act !== null}
      onClose={onClose}
      title={title}
      lead={t(keep ? 'filter.keepLead' : 'filter.giveLead')}
      fields={[{ name: 'why', label: t('reason'), kind: 'note', initial: act?.why ?? '' }]}
      confirm={title}
      run={({ why = '' }) => run(why)}
      stale={{ queryKey: privilege(client).queryKey }}
      onDone={() => {
        if (!act) return;
        tell.said(t(keep ? 'filter.kept' : 'filter.given'));
        onDecided(act.entry, { key: act.entry.key, verb: act.verb, words: title });
      }}
    />
  );
}
