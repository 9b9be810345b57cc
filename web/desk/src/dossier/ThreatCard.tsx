import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  IconAlertTriangle,
  IconBellRinging,
  IconCheck,
  IconCircleCheck,
  IconShieldBolt,
  type TablerIcon,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { dossierEntries, takeStep } from '~/api/dossiers';
import type { NewStep, Threat, ThreatStep } from '~/api/types';
import { codes } from '~/app/pages';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { nextSteps, standingOf } from '~/logic/dossiers';
import { momentIn } from '~/logic/zone';
import { asFound } from '~/parts/asFound';
import { FormDialog } from '~/parts/FormDialog';
import { Moment } from '~/parts/Moment';

import { ExcludedMark } from './ExcludedMark';
import style from './Threats.module.css';

const ICONS: Readonly<Record<ThreatStep['step'], TablerIcon>> = {
  alert: IconAlertTriangle,
  acknowledged: IconBellRinging,
  action: IconShieldBolt,
  outcome: IconCircleCheck,
};
const OUTCOMES = ['prevented', 'not_prevented', 'unfounded'] as const;

interface Props {
  threat: Threat;
  /** Whether its dossier can be written in. */
  open: boolean;
  /** Where it stands among others of other dossiers, it says of which it is. */
  named: boolean;
}

/** One threat to life: its steps with who and when, and the next one. */
export function ThreatCard({ threat, open, named }: Props) {
  const { t } = useTranslation();
  const { session } = useDesk();
  const [doing, setDoing] = useState<ThreatStep['step'] | null>(null);
  const last = threat.steps.at(-1);
  const standing = standingOf(threat);
  const name = threat.record === null ? threat.dossier : `#${threat.record}`;
  return (
    <article className={style.threat} data-standing={standing} aria-label={`${t('threats.step.alert')} ${name}`}>
      <header>
        <h3>
          {threat.record === null ? (
            t('threats.noMessage')
          ) : (
            <Link to="/records/$number" params={{ number: String(threat.record) }}>
              #{threat.record}
            </Link>
          )}
          {named && (
            <>
              {' · '}
              <Link to="/dossiers/$dossier" params={{ dossier: threat.reference }}>
                {threat.dossier}
              </Link>
            </>
          )}
        </h3>
        <span className={style.standing}>
          {last?.outcome
            ? t(`threats.outcomes.${last.outcome}`)
            : t(standing === 'waiting' ? 'threats.shown.waiting' : 'threats.shown.open')}
        </span>
      </header>
      <ExcludedMark decisions={threat.excluded} />
      <ol className={style.steps}>
        {threat.steps.map((each) => {
          const Icon = ICONS[each.step];
          return (
            <li key={each.version} data-step={each.step}>
              <Icon size={15} aria-hidden />
              <div>
                <p>
                  <strong>
                    {t(`threats.step.${each.step}`)}
                    {each.outcome && `: ${t(`threats.outcomes.${each.outcome}`)}`}
                  </strong>{' '}
                  <Moment moment={each.happened} /> · <bdi {...asFound}>{each.user}</bdi>
                </p>
                <p {...asFound}>{each.words}</p>
                {each.at.utc - each.happened.utc > 1000 && (
                  <p className={style.entered}>
                    {t('threats.enteredAt')} <Moment moment={each.at} />
                  </p>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      {open && codes(session) && (
        <footer data-screen-only>
          {nextSteps(threat).map((step, index) => (
            <Button
              key={step}
              size="compact-sm"
              variant={index === 0 && step !== 'alert' ? 'filled' : 'default'}
              leftSection={<IconCheck size={14} />}
              aria-label={t('threats.of', { act: t(`threats.do.${step}`), threat: name })}
              onClick={() => setDoing(step)}
            >
              {t(`threats.do.${step}`)}
            </Button>
          ))}
        </footer>
      )}
      <StepDialog threat={threat} step={doing} name={name} onClose={() => setDoing(null)} />
    </article>
  );
}

interface StepProps {
  threat: Threat;
  step: ThreatStep['step'] | null;
  name: string;
  onClose: () => void;
}

function StepDialog({ threat, step, name, onClose }: StepProps) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const tell = useTell();
  const asked = step ?? 'acknowledged';
  const acted = threat.steps.at(-1)?.step === 'action';
  // Without an action, a threat was at most unfounded.
  const outcomes = acted ? OUTCOMES : (['unfounded'] as const);
  return (
    <FormDialog
      opened={step !== null}
      onClose={onClose}
      title={t('threats.of', { act: t(`threats.do.${asked}`), threat: name })}
      fields={[
        ...(asked === 'outcome'
          ? [
              {
                name: 'outcome',
                label: t('threats.outcome'),
                kind: 'choice',
                initial: outcomes[0],
                choices: outcomes.map((value) => ({ value, label: t(`threats.outcomes.${value}`) })),
              } as const,
            ]
          : []),
        { name: 'words', label: t(asked === 'alert' ? 'threats.alertWords' : 'threats.words'), kind: 'note' },
        {
          name: 'happened',
          label: t('threats.happened'),
          hint: t('threats.happenedHint', { zone: session.timezone }),
          optional: true,
        },
      ]}
      faults={({ happened = '' }) => ({
        happened:
          happened.trim() && momentIn(happened.trim(), session.timezone) === null
            ? t('threats.happenedFault')
            : undefined,
      })}
      confirm={t(`threats.do.${asked}`)}
      run={({ words = '', outcome, happened = '' }) =>
        takeStep(client, threat.reference, threat.id, {
          step: asked,
          words,
          outcome: (outcome as NewStep['outcome'] | undefined) ?? null,
          happened: happened.trim() ? momentIn(happened.trim(), session.timezone) : null,
          version: threat.steps.at(-1)?.version ?? 1,
        })
      }
      stale={dossierEntries(client)}
      onDone={() => tell.said(t('threats.entered', { step: t(`threats.step.${asked}`) }))}
    />
  );
}
