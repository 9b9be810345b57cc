import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconHistory } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { versions } from '~/api/dossiers';
import type { DossierVersion, EntryKind } from '~/api/types';
import { useDesk } from '~/app/session';
import { diff } from '~/logic/diff';
import { asFound } from '~/parts/asFound';
import { IsoTime } from '~/parts/Moment';
import { Bone } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import style from './Past.module.css';
import { useSaid } from './said';

interface Props {
  reference: string;
  kind: EntryKind;
  thing: string;
  /** The latest version; of what was said once there is no past. */
  version: number;
  /** What it is called, for those who do not see where the button stands. */
  what: string;
}

/** What was said of a thing before: each version with who and when, and what it changed marked. */
export function Past({ reference, kind, thing, version, what }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const id = useId();
  if (version < 2) return null;
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={<IconHistory size={13} />}
        aria-expanded={opened}
        aria-controls={id}
        aria-label={t('past.of', { count: version - 1, what })}
        onClick={() => setOpened(!opened)}
        data-screen-only
      >
        {t('past.earlier', { count: version - 1 })}
      </Button>
      {opened && (
        <div id={id} className={style.past}>
          <Versions reference={reference} kind={kind} thing={thing} />
        </div>
      )}
    </>
  );
}

function Versions({ reference, kind, thing }: { reference: string; kind: EntryKind; thing: string }) {
  const { client } = useDesk();
  const answer = useQuery(versions(client, reference, kind, thing));
  if (answer.isError) return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Bone width="60%" />;
  const all = answer.data;
  return (
    <ol className={style.versions}>
      {all.map((each, index) => (
        <li key={each.version}>
          <Version version={each} before={all[index + 1]} />
        </li>
      ))}
    </ol>
  );
}

/** One version: of the first all that it says, of a later one what is not as it was. */
function Version({ version, before }: { version: DossierVersion; before: DossierVersion | undefined }) {
  const { t } = useTranslation();
  const said = useSaid();
  const names = [...new Set([...Object.keys(before?.stands ? before.said : {}), ...Object.keys(version.said)])];
  const changed =
    version.stands && before?.stands ? names.filter((name) => before.said[name] !== version.said[name]) : names;
  return (
    <>
      <p className={style.who}>
        <bdi {...asFound}>{version.user}</bdi> · <IsoTime iso={version.at.iso} />
        {!version.stands && ` · ${t('past.gone')}`}
      </p>
      <dl>
        {changed.map((name) => (
          <div key={name}>
            <dt>{said.name(name)}</dt>
            <dd {...asFound}>
              {version.stands ? (
                diff(
                  before?.stands ? said.value(version.kind, name, before.said[name] ?? '') : '',
                  said.value(version.kind, name, version.said[name] ?? ''),
                ).map(({ text, change }, index) =>
                  change === 'same' || !before ? (
                    <span key={index}>{text}</span>
                  ) : change === 'new' ? (
                    <ins key={index}>{text}</ins>
                  ) : (
                    <del key={index}>{text}</del>
                  ),
                )
              ) : (
                <span>{version.said[name]}</span>
              )}
            </dd>
          </div>
        ))}
        {changed.length === 0 && <div>{t('past.same')}</div>}
      </dl>
    </>
  );
}
