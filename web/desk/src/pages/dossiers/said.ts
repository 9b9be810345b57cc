import { useTranslation } from 'react-i18next';

import type { EntryKind } from '~/api/types';

/** The words for what versions say; what people wrote themselves stands as they wrote it. */
export function useSaid() {
  const { t } = useTranslation();
  return {
    name: (name: string): string => t(`past.names.${name}` as 'past.names.words', { defaultValue: name }),
    value: (kind: EntryKind, name: string, value: string): string => {
      if (name === 'state' && kind === 'task')
        return t(`dossier.taskState.${value}` as 'dossier.taskState.open', { defaultValue: value });
      if (name === 'state' && kind === 'transfer')
        return t(`handover.states.${value}` as 'handover.states.offered', { defaultValue: value });
      if (name === 'state' && kind === 'package')
        return t(`handover.packageStates.${value}` as 'handover.packageStates.sent', { defaultValue: value });
      if (name === 'state')
        return t(`dossier.hypothesisState.${value}` as 'dossier.hypothesisState.open', { defaultValue: value });
      if (name === 'step') return t(`threats.step.${value}` as 'threats.step.alert', { defaultValue: value });
      if (name === 'outcome')
        return t(`threats.outcomes.${value}` as 'threats.outcomes.prevented', { defaultValue: value });
      return value;
    },
  };
}
