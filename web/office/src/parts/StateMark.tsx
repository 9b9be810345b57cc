import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClockX,
  IconPlayerPause,
  IconRefresh,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { CodeState, LicenceState } from '@/api/types';

import style from './StateMark.module.css';

const LICENCE: Record<LicenceState, TablerIcon> = {
  active: IconCircleCheck,
  expired: IconClockX,
  suspended: IconPlayerPause,
  revoked: IconCircleX,
};
const CODE: Record<CodeState, TablerIcon> = {
  unused: IconCircleDashed,
  activated: IconCircleCheck,
  renewed: IconRefresh,
  void: IconCircleX,
};

/** How a licence stands: a sign, a word and a tone, never the tone alone. */
export function LicenceMark({ state }: { state: LicenceState }) {
  const { t } = useTranslation();
  return <Mark icon={LICENCE[state]} state={state} word={t(`state.${state}`)} />;
}

/** What became of a code. */
export function CodeMark({ state }: { state: CodeState }) {
  const { t } = useTranslation();
  return <Mark icon={CODE[state]} state={state} word={t(`codeState.${state}`)} />;
}

function Mark({ icon: Icon, state, word }: { icon: TablerIcon; state: string; word: string }) {
  return (
    <span className={style.mark} data-state={state}>
      <Icon size={15} stroke={1.75} aria-hidden />
      {word}
    </span>
  );
}
