import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconEyeOff, IconGitBranch, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Choice, CodedMessage } from '~/api/types';
import { useDesk } from '~/app/session';
import { asFound } from '~/parts/asFound';

import style from './Dossier.module.css';

/** What a reviewer may decide, and the key that follows "c". */
export const CHOICES = [
  { choice: 'relevant', key: 'r', icon: IconCheck },
  { choice: 'not_relevant', key: 'n', icon: IconX },
  { choice: 'privileged', key: 'p', icon: IconEyeOff },
  { choice: 'threat_to_life', key: 't', icon: IconAlertTriangle },
] as const;

interface Props {
  number: number;
  coded: CodedMessage | undefined;
  onCode: ((record: number, choice: Choice) => void) | undefined;
}

/** What each reviewer decided, side by side, and what one decides oneself. */
export function Coding({ number, coded, onCode }: Props) {
  const { t } = useTranslation();
  const { session } = useDesk();
  const codings = coded?.codings ?? [];
  const own = codings.find(({ user }) => user === session.user)?.choice;
  return (
    <div className={style.coding} role="group" aria-label={t('coding.title', { number })}>
      {coded?.disputed && (
        <p className={style.disputed}>
          <IconGitBranch size={14} aria-hidden /> {t('coding.disputed')}
        </p>
      )}
      {codings.length > 0 ? (
        <ul className={style.reviewers}>
          {codings.map((each) => (
            <li key={each.user} title={each.at.iso}>
              <span>
                <bdi {...asFound}>{each.user}</bdi>
                {each.user === session.user && ` (${t('coding.you')})`}
              </span>
              <strong>
                <Sign choice={each.choice} /> {t(`coding.choices.${each.choice}`)}
              </strong>
              {each.note && <span {...asFound}>{each.note}</span>}
            </li>
          ))}
        </ul>
      ) : (
        <p className={style.quiet}>{t('coding.none')}</p>
      )}
      {onCode && (
        <div className={style.choices} data-screen-only>
          {CHOICES.map(({ choice, key, icon: Icon }) => (
            <Button
              key={choice}
              size="compact-xs"
              leftSection={<Icon size={13} />}
              aria-pressed={own === choice}
              data-own={own === choice || undefined}
              title={`${t(`coding.choices.${choice}`)} (c ${key})`}
              onClick={() => onCode(number, choice)}
            >
              {t(`coding.choices.${choice}`)}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

function Sign({ choice }: { choice: Choice }) {
  const Icon = CHOICES.find((each) => each.choice === choice)?.icon ?? IconCheck;
  return <Icon size={13} aria-hidden />;
}
