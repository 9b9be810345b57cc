import { useTranslation } from 'react-i18next';

import type { ReactionLine } from '~/api/types';

import style from './Reactions.module.css';

/** Who reacted with what. */
export function Reactions({ reactions }: { reactions: readonly ReactionLine[] }) {
  const { t } = useTranslation();
  return (
    <ul className={style.reactions} aria-label={t('line.reactions')}>
      {reactions.map(({ key, senders }) => (
        <li key={key}>
          <details className={style.reaction}>
            <summary
              title={senders.join(', ')}
              aria-label={t('line.reaction', { reaction: key, count: senders.length })}
            >
              <bdi>{key}</bdi>
              <span className="quiet-numbers">{senders.length}</span>
            </summary>
            <span className={style.senders}>{senders.join(', ')}</span>
          </details>
        </li>
      ))}
    </ul>
  );
}
