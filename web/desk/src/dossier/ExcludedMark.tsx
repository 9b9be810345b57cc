import { IconGavel } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import style from './ExcludedMark.module.css';

/** That a judge excluded what something comes from, by which decisions. */
export function ExcludedMark({ decisions }: { decisions: readonly string[] }) {
  const { t } = useTranslation();
  if (decisions.length === 0) return null;
  return (
    <p className={style.excluded}>
      <IconGavel size={14} aria-hidden />
      <bdi>{t('dossier.excluded', { decisions: decisions.join(', ') })}</bdi>
    </p>
  );
}
