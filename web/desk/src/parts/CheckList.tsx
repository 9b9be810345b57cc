import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Check } from '~/api/types';

import style from './CheckList.module.css';
import { Said } from './Said';

/** Between one step and the next, in milliseconds: fast enough not to wait, slow enough to see each pass. */
const BEAT = 140;

/** The steps of a verification. `live` shows them pass one after another; the outcome stands below. */
export function CheckList({ check, live, words }: { check: Check; live: boolean; words: { ok: string; bad: string } }) {
  const { t } = useTranslation();
  const shown = useBeat(check.steps.length, live);
  const done = shown >= check.steps.length;
  return (
    <div>
      <ol className={style.steps}>
        {check.steps.slice(0, shown).map((step, index) => (
          <li key={index} className={style.step} data-ok={step.ok}>
            {step.ok ? <IconCircleCheck size={16} aria-hidden /> : <IconCircleX size={16} aria-hidden />}
            <span>
              <span className={style.name}>
                <Said>{step.name}</Said>
              </span>
              <span className={style.word}>{step.ok ? t('check.holds') : t('check.fails')}</span>
              {step.detail && (
                <span className={style.detail}>
                  <Said>{step.detail}</Said>
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
      <p className={style.outcome} data-ok={check.ok} role="status">
        {done && (check.ok ? words.ok : words.bad)}
      </p>
    </div>
  );
}

function useBeat(count: number, live: boolean): number {
  const [shown, setShown] = useState(live ? 0 : count);
  const still = !live || matchMedia('(prefers-reduced-motion: reduce)').matches;
  useEffect(() => {
    if (still) return;
    const timer = setInterval(() => setShown((before) => Math.min(before + 1, count)), BEAT);
    return () => clearInterval(timer);
  }, [still, count]);
  return still ? count : shown;
}
