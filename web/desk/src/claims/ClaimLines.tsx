import { useTranslation } from 'react-i18next';

import type { Attribution } from '~/api/types';
import { dayOf } from '~/logic/moment';
import { isoIn } from '~/logic/zone';
import { frame, marks, place, type Span } from '~/logic/spans';

import style from './ClaimLines.module.css';
import { type Contradiction, spanOf } from './contradictions';

/** How many marks fit under the lines. */
const MARKS = 7;

interface Props {
  claims: readonly Attribution[];
  /** What a line is called: the person of a claim, or its account. */
  nameOf: (claim: Attribution) => string;
  contested: readonly Contradiction[];
  /** When there are messages at all, drawn behind the lines. */
  seen?: { first: number; last: number };
}

/** Claims on one line of time, below each other: where they lie, which ends are not known, and where two contradict. */
export function ClaimLines({ claims, nameOf, contested, seen }: Props) {
  const { t } = useTranslation();
  const whole = frame([...claims.map(spanOf), ...(seen ? [{ start: seen.first, end: seen.last }] : [])]);
  if (whole === null) return <p className={style.nothing}>{t('claims.noTimes')}</p>;
  return (
    <figure className={style.figure} aria-label={t('claims.lines')}>
      <div className={style.grid}>
        {seen && (
          <>
            <span className={style.name}>{t('claims.seen')}</span>
            <span className={style.track}>
              <span className={style.seen} style={asStyle({ start: seen.first, end: seen.last }, whole)} />
            </span>
          </>
        )}
        {claims.map((claim) => (
          <Line key={claim.id} claim={claim} name={nameOf(claim)} whole={whole} contested={contested} />
        ))}
        <span />
        <span className={style.marks} aria-hidden>
          {marks(whole, MARKS).map(({ at, words }) => (
            <span key={at} style={{ left: `${place({ start: at, end: at }, whole).left * 100}%` }}>
              {words}
            </span>
          ))}
        </span>
      </div>
      <figcaption className={style.caption}>
        <span>{t('claims.openEnd')}</span>
        {contested.length > 0 && <span data-key="contested">{t('claims.contested')}</span>}
      </figcaption>
    </figure>
  );
}

function asStyle(span: Span, whole: { from: number; to: number }) {
  const { left, width } = place(span, whole);
  return { left: `${left * 100}%`, width: `${width * 100}%` };
}

interface LineProps {
  claim: Attribution;
  name: string;
  whole: { from: number; to: number };
  contested: readonly Contradiction[];
}

function Line({ claim, name, whole, contested }: LineProps) {
  const { t } = useTranslation();
  const { id, start, end, zone } = claim;
  const words = t('claims.line', {
    id,
    from: start ? dayOf(start.iso) : t('claims.unknown'),
    // The last day that belongs to it: the end itself does not.
    to: end ? dayOf(isoIn(end.utc - 1, zone)) : t('claims.unknown'),
  });
  return (
    <>
      <a className={style.name} href={`#${claim.id}`} data-ended={!claim.in_force}>
        <bdi>{name}</bdi>
        <span className={style.note}>{words}</span>
      </a>
      <span className={style.track} title={words}>
        <span
          className={style.bar}
          data-ended={!claim.in_force}
          data-open-start={claim.start === null}
          data-open-end={claim.end === null}
          style={asStyle(spanOf(claim), whole)}
        />
        {contested
          .filter((each) => each.claim === claim.id)
          .map(({ span }, index) => (
            <span key={index} className={style.contested} style={asStyle(span, whole)} />
          ))}
      </span>
    </>
  );
}
