import { useTranslation } from 'react-i18next';

import type { Line } from '~/api/types';
import { asFound } from '~/parts/asFound';
import { kindWord } from '~/parts/kindWord';
import { PartyName } from '~/parts/PartyName';
import { Noted } from '~/parts/Said';

import style from './Housekeeping.module.css';

/** How somebody came or went; all else is given as it was found. */
function Detail({ line: { kind, detail } }: { line: Line }) {
  const { t } = useTranslation();
  if (kind === 'membership') return t(`membership.${detail}` as 'membership.join', { defaultValue: detail });
  return <Noted>{detail}</Noted>;
}

/** What happened to a conversation itself, in one quiet line. */
export function Housekeeping({ line }: { line: Line }) {
  const { t } = useTranslation();
  return (
    <p className={style.quiet}>
      <PartyName party={line.sender} account /> · {kindWord(line.kind, t)}
      {line.detail && (
        <>
          {', '}
          <Detail line={line} />
        </>
      )}
      {line.text && (
        <>
          {' · '}
          <bdi {...asFound}>{line.text}</bdi>
        </>
      )}
    </p>
  );
}
