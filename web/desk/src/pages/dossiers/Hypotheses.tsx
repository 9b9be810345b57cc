import { Button } from '@mantine/core';
import { IconBulb } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import type { Dossier, DossierHypothesis } from '~/api/types';
import { ExcludedMark } from '~/dossier/ExcludedMark';
import { asFound } from '~/parts/asFound';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';

import style from './Dossier.module.css';
import { Records, useWork } from './Work';

interface Props {
  data: Dossier;
  list: readonly DossierHypothesis[];
  writes: boolean;
}

/** What may have been, with the messages for it and against it. */
export function Hypotheses({ data, list, writes }: Props) {
  const { t } = useTranslation();
  const { add, tools, dialogs } = useWork(data.reference, writes);
  return (
    <Section id="hypotheses" title={t('dossier.hypotheses')}>
      {writes && (
        <div className={style.bar} data-screen-only>
          <Button leftSection={<IconBulb size={14} />} onClick={() => add('hypothesis')}>
            {t('dossier.hypothesisAdd')}
          </Button>
        </div>
      )}
      {list.length === 0 && <p className={style.quiet}>{t('dossier.hypothesesNone')}</p>}
      {list.length > 0 && (
        <ul className={style.cards}>
          {list.map((each) => (
            <li key={each.id} className={style.hypothesis}>
              <p className={style.words} {...asFound}>
                {each.words}
              </p>
              <p>
                <span className={style.tag} data-state={each.state}>
                  {t(`dossier.hypothesisState.${each.state}`)}
                </span>
              </p>
              <dl>
                <dt>{t('dossier.for')}</dt>
                <dd>
                  <Records records={each.supporting} />
                </dd>
                <dt>{t('dossier.against')}</dt>
                <dd>
                  <Records records={each.opposing} />
                </dd>
              </dl>
              <ExcludedMark decisions={each.excluded} />
              <footer>
                <span>
                  <bdi {...asFound}>{each.changed_by}</bdi>, <IsoTime iso={each.changed_at.iso} />
                </span>
                {tools(each)}
              </footer>
            </li>
          ))}
        </ul>
      )}
      {dialogs}
    </Section>
  );
}
