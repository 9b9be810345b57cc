import { useTranslation } from 'react-i18next';

import type { Coverage } from '~/api/types';
import { percent } from '~/logic/size';
import { Panel } from '~/parts/Blocks';
import { toneOf, useVerdictWord, VERDICTS } from '~/parts/VerdictMark';

import style from './Overview.module.css';

/** Messages by verdict: one bar for the eye, and every number in words. */
export function CoverageBar({ coverage }: { coverage: readonly Coverage[] }) {
  const { i18n } = useTranslation();
  const word = useVerdictWord();
  const format = new Intl.NumberFormat(i18n.language);
  const order = (verdict: string): number => VERDICTS.findIndex((each) => each === verdict);
  const parts = coverage.filter(({ count }) => count > 0).sort((a, b) => order(a.verdict) - order(b.verdict));
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel>
      <div className={style.bar} aria-hidden>
        {parts.map(({ verdict, count }) => (
          <span
            key={verdict}
            className={style.part}
            data-verdict={verdict}
            data-tone={toneOf(verdict)}
            style={{ flexGrow: count }}
          />
        ))}
      </div>
      <ul className={style.coverage}>
        {parts.map(({ verdict, count }) => (
          <li key={verdict}>
            <span
              className={`${style.part} ${style.swatch}`}
              data-verdict={verdict}
              data-tone={toneOf(verdict)}
              aria-hidden
            />
            <span>{word(verdict)}</span>
            <span className={style.number}>{format.format(count)}</span>
            <span className={style.share}>{percent(count, total, i18n.language)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
