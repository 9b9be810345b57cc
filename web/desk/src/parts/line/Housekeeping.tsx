import { useTranslation } from 'react-i18next';

import type { Line } from '~/api/types';
import { asFound } from '~/parts/asFound';
import { kindWord } from '~/parts/kindWord';
import { PartyName } from '~/parts/PartyName';

import style from './Housekeeping.module.css';

/** What happened to a conversation itself, in one quiet line. */
export function Housekeeping({ line }: { line: Line }) {
  const { t } = useTranslation();
  return (
    <p className={style.quiet}>
      <PartyName party={line.sender} account /> · {[kindWord(line.kind, t), line.detail].filter(Boolean).join(', ')}
      {line.text && (
        <>
          : <bdi {...asFound}>{line.text}</bdi>
        </>
      )}
    </p>
  );
}
