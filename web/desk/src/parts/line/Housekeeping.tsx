import { useTranslation } from 'react-i18next';

import type { Line } from '~/api/types';
import { PartyName } from '~/parts/PartyName';

import style from './Housekeeping.module.css';

/** What happened to a conversation itself, in one quiet line. */
export function Housekeeping({ line }: { line: Line }) {
  const { t } = useTranslation();
  const kind = t(`kind.${line.kind}` as 'kind.state', { defaultValue: line.kind });
  return (
    <p className={style.quiet}>
      <PartyName party={line.sender} account /> · {[kind, line.detail].filter(Boolean).join(', ')}
      {line.text && (
        <>
          : <bdi>{line.text}</bdi>
        </>
      )}
    </p>
  );
}
