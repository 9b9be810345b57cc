import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { earlierDisclosures } from '~/api/disclosing';
import type { EarlierDisclosure } from '~/api/types';
import { useDesk } from '~/app/session';
import { asFound } from '~/parts/asFound';
import { Digest } from '~/parts/Digest';
import { IsoTime } from '~/parts/Moment';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import style from './Disclose.module.css';
import { HowToCheck } from './PackPanel';

/** What left the dossier before, as the audit says it. */
export function Earlier({ reference }: { reference: string }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(earlierDisclosures(client, reference));
  const found = answer.data;
  return (
    <div className={style.block}>
      <h2>{t('disclosing.earlier')}</h2>
      {answer.isError && !found && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <CardSkeletons count={1} />}
      {found?.sealed && <p className={style.quiet}>{t('disclosing.sealed')}</p>}
      {found && !found.sealed && found.disclosures.length === 0 && (
        <p className={style.quiet}>{t('disclosing.earlierNone')}</p>
      )}
      {found && found.disclosures.length > 0 && (
        <>
          <ol className={style.earlier}>
            {found.disclosures.map((each) => (
              <li key={each.number}>
                <One found={each} />
              </li>
            ))}
          </ol>
          <HowToCheck signer={found.key} />
        </>
      )}
    </div>
  );
}

function One({ found }: { found: EarlierDisclosure }) {
  const { t } = useTranslation();
  const { records, redacted, unused, sensitive, release } = found;
  return (
    <article aria-label={t('disclosing.earlierOne', { to: found.to })}>
      <p className={style.first}>
        <strong>
          <bdi {...asFound}>{found.to}</bdi>
        </strong>
        <IsoTime iso={found.at} />
      </p>
      <p className={style.quiet}>
        {t('disclosing.by')} <bdi {...asFound}>{found.by}</bdi> · <bdi translate="no">{found.authority}</bdi>
        {release !== null && ` · ${t('releases.name', { number: release })}`}
      </p>
      <p>
        {records !== null && t('count.messages', { count: records })}
        {redacted !== null && ` · ${t('disclosing.countRedacted', { count: redacted })}`}
        {unused !== null && ` · ${t('disclosing.countUnused', { count: unused })}`}
        {sensitive !== null && ` · ${t('disclosing.countSensitive', { count: sensitive })}`}
      </p>
      {found.waited && (
        <p className={style.quiet}>
          {found.fetched_at !== null ? (
            <>
              {t('disclosing.fetched')} <IsoTime iso={found.fetched_at} />
            </>
          ) : found.discarded_at !== null ? (
            <>
              {t('disclosing.discarded')} <IsoTime iso={found.discarded_at} />
            </>
          ) : (
            t('disclosing.notFetched')
          )}
        </p>
      )}
      <Digest value={found.contents} what={t('disclosing.contents')} />
    </article>
  );
}
