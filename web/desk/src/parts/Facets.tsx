import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { FacetName, Facets as FacetsShape, FacetValue } from '~/api/types';
import { type Field, toggle, valuesOf } from '~/logic/query';

import style from './Facets.module.css';
import { kindWord } from './kindWord';
import { Bone } from './Skeletons';

/** Which filter of the query language a facet puts in. */
const FIELD_OF: Record<FacetName, Field> = {
  sender: 'from',
  conversation: 'in',
  kind: 'kind',
  verdict: 'verdict',
  exhibit: 'exhibit',
};
const NAMES = Object.keys(FIELD_OF) as FacetName[];

/** Kinds and verdicts are words of ours, and stand in the language of the desk; all others are the evidence's own. */
const LABELLED: Partial<Record<FacetName, FacetProps['labelOf']>> = {
  kind: ({ value }, t) => kindWord(value, t),
  verdict: ({ value }, t) => t(`verdict.${value}` as 'verdict.opened', { defaultValue: value }),
};
const plainly: FacetProps['labelOf'] = ({ value, label }) => label || value;

/** How many values of a facet stand there before "more". */
const FEW = 6;

interface Props {
  facets: FacetsShape | undefined;
  /** They were counted for the query before this one. */
  stale: boolean;
  /** What was counted without the filters of a field, where that is known: the values that could be added to them. */
  wider: (field: Field) => FacetsShape | undefined;
  query: string;
  onQuery: (query: string) => void;
}

/** Counts of the result by field; each toggles its filter in the text of the query. */
export function Facets({ facets, stale, wider, query, onQuery }: Props) {
  const { t } = useTranslation();
  if (!facets) return <FacetBones />;
  return (
    <div className={style.facets} data-stale={stale} aria-busy={stale}>
      {NAMES.map((name) => {
        const field = FIELD_OF[name];
        const chosen = valuesOf(query, field);
        const values = (chosen.length > 0 ? wider(field)?.[name] : undefined) ?? facets[name];
        return values.length > 0 ? (
          <Facet
            key={name}
            title={t(`facets.${name}`)}
            values={values}
            labelOf={LABELLED[name] ?? plainly}
            chosen={chosen}
            onToggle={(value) => onQuery(toggle(query, field, value))}
          />
        ) : null;
      })}
    </div>
  );
}

interface FacetProps {
  title: string;
  values: readonly FacetValue[];
  chosen: readonly string[];
  labelOf: (value: FacetValue, t: TFunction) => string;
  onToggle: (value: string) => void;
}

function Facet({ title, values, chosen, labelOf, onToggle }: FacetProps) {
  const { t, i18n } = useTranslation();
  const [all, setAll] = useState(false);
  const format = new Intl.NumberFormat(i18n.language);
  const shown = all ? values : values.filter(({ value }, index) => index < FEW || chosen.includes(value));
  return (
    <fieldset className={style.facet}>
      <legend>{title}</legend>
      {shown.map((each) => (
        <label key={each.value} className={style.value}>
          <input type="checkbox" checked={chosen.includes(each.value)} onChange={() => onToggle(each.value)} />
          <span className={style.label} title={each.value}>
            <bdi>{labelOf(each, t)}</bdi>
          </span>
          <span className={style.count}>{format.format(each.count)}</span>
        </label>
      ))}
      {values.length > FEW && (
        <button type="button" className={style.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('facets.fewer') : t('facets.more', { count: values.length - shown.length })}
        </button>
      )}
    </fieldset>
  );
}

function FacetBones() {
  return (
    <div className={style.facets} aria-hidden>
      {[5, 4, 3].map((count, index) => (
        <div key={index} className={style.facet}>
          {Array.from({ length: count }, (_, row) => (
            <Bone key={row} width={`${90 - row * 11}%`} />
          ))}
        </div>
      ))}
    </div>
  );
}
