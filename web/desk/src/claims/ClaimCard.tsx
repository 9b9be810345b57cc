import { Button, Popover } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconArrowBackUp, IconDownload, IconHelpCircle, IconReplace } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { claimFile } from '~/api/queries';
import type { Attribution, Grade } from '~/api/types';
import { attributes, exports } from '~/app/pages';
import { useDesk } from '~/app/session';
import { save } from '~/frame/save';
import { useTell } from '~/frame/useTell';
import { GRADES } from '~/logic/claim';
import { asFound } from '~/parts/asFound';
import { IsoTime, Moment } from '~/parts/Moment';

import style from './ClaimCard.module.css';
import { EvidenceList } from './EvidenceList';

interface Props {
  claim: Attribution;
  /** Ids of claims in force that name somebody else for the same time. */
  rivals: readonly string[];
  /** What the card is headed by: the person, or where that is known already the account. */
  head: ReactNode;
  onSupersede?: () => void;
  onWithdraw?: () => void;
}

/** A claim with all that it says: whom, when, how strongly, on what, and who says so. */
export function ClaimCard({ claim, rivals, head, onSupersede, onWithdraw }: Props) {
  const { t } = useTranslation();
  const ended = !claim.in_force;
  return (
    <article className={style.card} id={claim.id} data-ended={ended} aria-label={t('claims.claim', { id: claim.id })}>
      <header className={style.head}>
        <h3>{head}</h3>
        <code className={style.id}>{claim.id}</code>
      </header>
      {ended && <Ended claim={claim} />}
      <GradeWords grade={claim.grade} />
      <p className={style.interval}>
        {t('accounts.from')} <Bound moment={claim.start} /> {t(claim.end ? 'claims.before' : 'claims.to')}{' '}
        <Bound moment={claim.end} /> <span className={style.zone}>{claim.zone}</span>
      </p>
      {rivals.length > 0 && (
        <p className={style.rivals}>
          {t('claims.competing')}{' '}
          {rivals.map((id) => (
            <a key={id} href={`#${id}`}>
              {id}
            </a>
          ))}
        </p>
      )}
      {claim.supersedes && (
        <p className={style.rivals}>
          {t('claims.supersedes')} <a href={`#${claim.supersedes}`}>{claim.supersedes}</a>
        </p>
      )}
      <div className={style.sides}>
        <EvidenceList title={t('claims.supporting')} items={claim.supporting} none={t('claims.noSupporting')} />
        <EvidenceList title={t('claims.opposing')} items={claim.opposing} none={t('claims.noOpposing')} />
      </div>
      <footer className={style.foot}>
        <span>
          {t('claims.by', { author: claim.author, authority: claim.authority })} <IsoTime iso={claim.time.iso} />
        </span>
        <Tools claim={claim} onSupersede={onSupersede} onWithdraw={onWithdraw} />
      </footer>
    </article>
  );
}

function Bound({ moment }: { moment: Attribution['start'] }) {
  const { t } = useTranslation();
  return moment ? <Moment moment={moment} /> : <span>{t('claims.unknown')}</span>;
}

function Ended({ claim }: { claim: Attribution }) {
  const { t } = useTranslation();
  if (claim.withdrawn) {
    return (
      <p className={style.ended}>
        {t('claims.withdrawn', { user: claim.withdrawn_by })} <IsoTime iso={claim.withdrawn.iso} />
        {': '}
        <bdi {...asFound}>{claim.withdrawn_why}</bdi>
      </p>
    );
  }
  return (
    <p className={style.ended}>
      {t('claims.superseded')} <a href={`#${claim.superseded_by}`}>{claim.superseded_by}</a>
    </p>
  );
}

/** A grade as a word of the scale, where it stands on it, what it means, and the scale itself. */
export function GradeWords({ grade }: { grade: Grade }) {
  const { t } = useTranslation();
  const place = GRADES.indexOf(grade);
  return (
    <div className={style.grade}>
      <span className={style.steps} aria-hidden>
        {GRADES.map((each, index) => (
          <span key={each} data-full={index <= place} />
        ))}
      </span>
      <strong>{t(`grade.${grade}.word`)}</strong>
      <Scale />
      <p>{t(`grade.${grade}.meaning`)}</p>
    </div>
  );
}

function Scale() {
  const { t } = useTranslation();
  return (
    <Popover width={440} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" leftSection={<IconHelpCircle size={14} />} data-screen-only>
          {t('grade.scale')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('grade.scale')} className={style.scale} tabIndex={0}>
        <p>{t('grade.explained')}</p>
        <dl>
          {GRADES.map((each) => (
            <div key={each}>
              <dt>{t(`grade.${each}.word`)}</dt>
              <dd>{t(`grade.${each}.meaning`)}</dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
}

function Tools({ claim, onSupersede, onWithdraw }: Pick<Props, 'claim' | 'onSupersede' | 'onWithdraw'>) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const tell = useTell();
  const file = useMutation({
    mutationFn: () => claimFile(client, claim.id).then(save),
    onSuccess: tell.saved,
    onError: tell.failed,
  });
  const mine = attributes(session) && claim.in_force;
  return (
    <span className={style.tools} data-screen-only>
      {mine && onSupersede && (
        <Button
          size="compact-sm"
          leftSection={<IconReplace size={14} />}
          aria-label={t('claims.supersedeOf', { id: claim.id })}
          onClick={onSupersede}
        >
          {t('claims.supersede')}
        </Button>
      )}
      {mine && onWithdraw && (
        <Button
          size="compact-sm"
          leftSection={<IconArrowBackUp size={14} />}
          aria-label={t('claims.withdrawOf', { id: claim.id })}
          onClick={onWithdraw}
        >
          {t('claims.withdraw')}
        </Button>
      )}
      {exports(session) && (
        <Button
          size="compact-sm"
          leftSection={<IconDownload size={14} />}
          loading={file.isPending}
          disabled={claim.outside > 0}
          aria-label={t('claims.fileOf', { id: claim.id })}
          onClick={() => file.mutate()}
        >
          {t('claims.file')}
        </Button>
      )}
    </span>
  );
}

/** The person of a claim as the head of its card. */
export function PersonHead({ person }: { person: Attribution['person'] }) {
  const { t } = useTranslation();
  return (
    <>
      <Link to="/persons/$person" params={{ person: person.id }}>
        <bdi {...asFound}>{person.name}</bdi>
      </Link>{' '}
      <span className={style.born}>
        {person.id}
        {person.born && ` · ${t('persons.born', { date: person.born })}`}
      </span>
    </>
  );
}
