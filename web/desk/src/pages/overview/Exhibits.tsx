import { useTranslation } from 'react-i18next';

import type { ExhibitCard } from '~/api/types';
import { byteSize } from '~/logic/size';
import { asFound } from '~/parts/asFound';
import { Digest } from '~/parts/Digest';
import { IsoTime } from '~/parts/Moment';
import { Command, EmptyState } from '~/parts/States';

import style from './Overview.module.css';

/** What was taken in, each exhibit with its sums. */
export function Exhibits({ exhibits }: { exhibits: readonly ExhibitCard[] }) {
  const { t } = useTranslation();
  if (exhibits.length === 0) {
    return (
      <EmptyState title={t('overview.emptyTitle')}>
        <Command text={`underseal intake ${t('overview.emptyOptions', { authority: '' })}`} />
      </EmptyState>
    );
  }
  return (
    <div className={style.exhibits}>
      {exhibits.map((exhibit) => (
        <Exhibit key={exhibit.number} exhibit={exhibit} />
      ))}
    </div>
  );
}

function Exhibit({ exhibit }: { exhibit: ExhibitCard }) {
  const { t, i18n } = useTranslation();
  const facts = [
    [t('exhibit.custodian'), exhibit.custodian],
    [t('exhibit.condition'), exhibit.condition],
    [t('exhibit.reader'), exhibit.reader],
    [
      t('exhibit.state'),
      t(`exhibit.states.${exhibit.state}` as 'exhibit.states.released', { defaultValue: exhibit.state }),
    ],
  ].filter(([, value]) => value);
  return (
    <article className={style.exhibit}>
      <header className={style.exhibitHead}>
        <h3 {...asFound}>{exhibit.title || exhibit.number}</h3>
        <span className={style.exhibitNumber}>{exhibit.number}</span>
      </header>
      <p className={style.sum}>
        {exhibit.total > 0
          ? t('exhibit.sum', { count: exhibit.total, read: exhibit.read, failed: exhibit.failed })
          : t('exhibit.keys', { count: exhibit.keys })}
      </p>
      <dl className={style.exhibitFacts}>
        <dt>{t('exhibit.taken')}</dt>
        <dd>
          <IsoTime iso={exhibit.taken} />
        </dd>
        {facts.map(([name, value]) => (
          <Fact key={name} name={name ?? ''} value={value ?? ''} />
        ))}
        <dt>{t('exhibit.size')}</dt>
        <dd title={t('exhibit.bytes', { bytes: exhibit.bytes })}>
          {t('count.files', { count: exhibit.files })}, {byteSize(exhibit.bytes, i18n.language)}
          {exhibit.total > 0 && exhibit.keys > 0 && ` · ${t('exhibit.keys', { count: exhibit.keys })}`}
        </dd>
      </dl>
      <Digest value={exhibit.sha256} what={t('exhibit.digest', { exhibit: exhibit.number })} />
    </article>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd {...asFound}>{value}</dd>
    </>
  );
}
