import {
  IconAlertTriangle,
  IconLockPause,
  IconFileBroken,
  IconLock,
  IconLockOpen,
  IconMessage,
  IconRepeat,
  IconShieldX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import style from './VerdictMark.module.css';

/** How a verdict is drawn. The word always stands beside it: state is never told by colour alone. */
const MARKS = {
  opened: { icon: IconLockOpen, tone: 'plain' },
  clear: { icon: IconMessage, tone: 'plain' },
  no_key: { icon: IconLock, tone: 'locked' },
  key_too_late: { icon: IconLockPause, tone: 'locked' },
  bad_mac: { icon: IconShieldX, tone: 'broken' },
  bad_signature: { icon: IconShieldX, tone: 'broken' },
  replayed: { icon: IconRepeat, tone: 'broken' },
  malformed: { icon: IconFileBroken, tone: 'broken' },
} as const;

export type Verdict = keyof typeof MARKS;
export type Tone = 'plain' | 'locked' | 'broken';

export const VERDICTS = Object.keys(MARKS) as Verdict[];
export const isVerdict = (value: string): value is Verdict => Object.hasOwn(MARKS, value);

/** Plain can be read; locked may be opened by a further key; broken is final. An unknown verdict counts as broken. */
export const toneOf = (verdict: string): Tone => (isVerdict(verdict) ? MARKS[verdict].tone : 'broken');

export function useVerdictWord(): (verdict: string) => string {
  const { t } = useTranslation();
  return (verdict) => (isVerdict(verdict) ? t(`verdict.${verdict}`) : verdict);
}

export function VerdictMark({ verdict, size = 14 }: { verdict: string; size?: number }) {
  const word = useVerdictWord();
  const Icon = isVerdict(verdict) ? MARKS[verdict].icon : IconAlertTriangle;
  return (
    <span className={style.mark} data-tone={toneOf(verdict)}>
      <Icon size={size} stroke={1.75} aria-hidden />
      {word(verdict)}
    </span>
  );
}
