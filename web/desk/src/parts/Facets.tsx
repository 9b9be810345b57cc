import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { FacetName, Facets as FacetsShape, FacetValue } from '~/api/types';
import { type Field, toggle, valuesOf } from '~/logic/query';

import style from './Facets.module.css';
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

/** How many values of a facet stand there before "more". */
const FEW = 6;

interface Props {
  facets: FacetsShape | undefined;
  query: string;
  onQuery: (query: string) => void;
}

/** Counts of the result by field; each toggles its filter in the text of the query. */
export function Facets({ facets, query, onQuery }: Props) {
  const { t } = useTranslation();
  if (!facets) return <FacetBones />;
  return (
    <div className={style.facets}>
      {NAMES.filter((name) => facets[name].length > 0).map((name) => (
        <Facet
          key={name}
          title={t(`facets.${name}`)}
          values={facets[name]}
          chosen={valuesOf(query, FIELD_OF[name])}
          onToggle={(value) => onQuery(toggle(query, FIELD_OF[name], value))}
        />
      ))}
    </div>
  );
}

interface FacetProps {
  title: string;
  values: readonly FacetValue[];
  chosen: readonly string[];
  onToggle: (value: string) => void;
}

function Facet({ title, values, chosen, onToggle }: FacetProps) {
  const { t, i18n } = useTranslation();
  const [all, setAll] = useState(false);
  const format = new Intl.NumberFormat(i18n.language);
  const shown = all ? values : values.filter(({ value }, index) => index < FEW || chosen.includes(value));
  return (
    <fieldset className={style.facet}>
      <legend>{title}</legend>
      {shown.map(({ value, label, count }) => (
        <label key={value} className={style.value}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(value)} />
          <span className={style.label} title={value}>
            <bdi>{label || value}</bdi>
          </span>
          <span className={style.count}>{format.format(count)}</span>
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
