import { useTranslation } from 'react-i18next';

import { asFound } from '~/parts/asFound';

import style from './Disclose.module.css';

/** Stands in a pack for whatever was redacted, however long it was. */
const PLACEHOLDER = '█████';

/** Something of a message as its receiver sees it: itself, or the placeholder. */
export function Shown({ children: shown }: { children: string }) {
  const { t } = useTranslation();
  if (shown !== PLACEHOLDER) return <bdi {...asFound}>{shown}</bdi>;
  return (
    <span role="img" aria-label={t('disclosing.redacted')} className={style.placeholder}>
      {PLACEHOLDER}
    </span>
  );
}
