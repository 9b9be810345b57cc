import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useKeys } from '~/keys/keys';
import facts from '~/pages/releases/Releases.module.css';
import { Copy } from '~/parts/Copy';
import { IsoTime } from '~/parts/Moment';
import { RowSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';
import drawer from '~/provenance/ProvenanceDrawer.module.css';

import { licence as licenceQuery } from '@/api/queries';
import type { LedgerLine, Licence, LicenceDetail, TransferCode } from '@/api/types';
import { useOffice } from '@/app/office';
import { ActName, Details } from '@/parts/LedgerWords';
import { LicenceMark } from '@/parts/StateMark';
import { FormDialog } from '@/parts/FormDialog';

import style from './LicenceDrawer.module.css';

interface Props {
  pin: string;
  /** The licence as the list has it: all that a reseller gets. */
  known: Licence | undefined;
  onClose: () => void;
}

/** One licence: how it stands, what can be done to it, what was done to it. */
export function LicenceDrawer({ pin, known, onClose }: Props) {
  const { t } = useTranslation();
  const office = useOffice();
  const answer = useQuery(licenceQuery(office, pin));
  const pane = useRef<HTMLElement>(null);
  const [code, setCode] = useState<TransferCode | null>(null);
  useEffect(() => pane.current?.focus(), []);
  useKeys([{ keys: 'Escape', words: t('keys.back'), group: 'everywhere', run: onClose }], pane);
  const licence = answer.data?.licence ?? known;
  return (
    <aside
      className={`${drawer.drawer} ${style.drawer}`}
      ref={pane}
      tabIndex={-1}
      aria-label={t('licence.title', { pin })}
    >
      <header className={drawer.head}>
        <h2>
          <span className={style.pin}>{pin}</span>
        </h2>
        <Tooltip label={t('close')}>
          <ActionIcon aria-label={t('close')} onClick={onClose}>
            <IconX size={18} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className={drawer.content}>
        {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
        {licence && <Facts licence={licence} />}
        {code && <Code code={code} onKept={() => setCode(null)} />}
        {licence && <Acts licence={licence} onCode={setCode} />}
        {answer.data && <History lines={answer.data.history} />}
        {answer.isLoading && <RowSkeletons count={4} />}
      </div>
    </aside>
  );
}

function Facts({ licence }: { licence: Licence }) {
  const { t } = useTranslation();
  const { isOperator } = useOffice();
  return (
    <dl className={`${facts.facts} ${style.facts}`}>
      <dt>{t('licences.state')}</dt>
      <dd>
        <LicenceMark state={licence.state} />
      </dd>
      <dt>{t('licences.ends')}</dt>
      <dd>
        <IsoTime iso={licence.ends} />
      </dd>
      <dt>{t('licences.activated')}</dt>
      <dd>
        <IsoTime iso={licence.activated} />
      </dd>
      <dt>{t('licences.product')}</dt>
      <dd>
        <bdi>{licence.product}</bdi>
      </dd>
      {isOperator && (
        <>
          <dt>{t('licences.reseller')}</dt>
          <dd>
            <bdi>{licence.reseller}</bdi>
          </dd>
        </>
      )}
    </dl>
  );
}

/** A transfer code, this once. */
function Code({ code, onKept }: { code: TransferCode; onKept: () => void }) {
  const { t } = useTranslation();
  return (
    <section className={style.code} role="status">
      <h3>{t('licence.code')}</h3>
      <p>
        <code>{code.code}</code> <Copy value={code.code} what={t('codes.one')} />
      </p>
      <p className={style.hint}>{t('licence.codeHint')}</p>
      <Button onClick={onKept}>{t('licence.kept')}</Button>
    </section>
  );
}

type Act = 'renew' | 'suspend' | 'resume' | 'transfer' | 'revoke';

/** What may be done: an operator everything that its state allows, a reseller the move to another phone. */
function actsOf(licence: Licence, isOperator: boolean): readonly Act[] {
  if (licence.state === 'revoked') return [];
  if (!isOperator) return ['transfer'];
  return ['renew', licence.state === 'suspended' ? 'resume' : 'suspend', 'transfer', 'revoke'];
}

function Acts({ licence, onCode }: { licence: Licence; onCode: (code: TransferCode) => void }) {
  const { t } = useTranslation();
  const { client, at, isOperator } = useOffice();
  const [act, setAct] = useState<Act | null>(null);
  const { pin } = licence;
  const acts = actsOf(licence, isOperator);
  if (acts.length === 0) return null;
  const shared = { onClose: () => setAct(null) };
  const why = { name: 'why', label: t('licence.why'), hint: t('licence.whyHint') };
  const post = (name: Act, body?: unknown) => client.post<LicenceDetail>(`${at('licences')}/${pin}/${name}`, body);
  return (
    <section className={style.acts} aria-label={t('licence.acts')}>
      {acts.map((name) => (
        <Button key={name} onClick={() => setAct(name)} data-grave={name === 'revoke'} className={style.act}>
          {t(`licence.${name}`)}
        </Button>
      ))}
      <FormDialog
        {...shared}
        opened={act === 'renew'}
        title={t('licence.renew')}
        lead={t('licence.renewLead')}
        fields={[{ name: 'months', label: t('licence.months'), kind: 'number', initial: '1' }, why]}
        confirm={t('licence.renew')}
        run={(values) => post('renew', { months: Number(values.months), why: values.why })}
      />
      <FormDialog
        {...shared}
        opened={act === 'suspend'}
        title={t('licence.suspend')}
        lead={t('licence.suspendLead', { pin })}
        fields={[why]}
        confirm={t('licence.suspend')}
        run={(values) => post('suspend', values)}
      />
      <FormDialog
        {...shared}
        opened={act === 'resume'}
        title={t('licence.resume')}
        lead={t('licence.resumeLead', { pin })}
        fields={[]}
        confirm={t('licence.resume')}
        run={() => post('resume')}
      />
      <FormDialog
        {...shared}
        opened={act === 'transfer'}
        title={t('licence.transfer')}
        lead={t('licence.transferLead', { pin })}
        fields={[]}
        confirm={t('licence.transfer')}
        run={() => client.post<TransferCode>(`${at('licences')}/${pin}/transfer`)}
        onDone={onCode}
      />
      <FormDialog
        {...shared}
        opened={act === 'revoke'}
        title={t('licence.revoke')}
        lead={t('licence.revokeLead', { pin })}
        fields={[why, { name: 'pin', label: t('licence.revokeType') }]}
        grave={(values) => values.pin?.trim().toUpperCase() === pin}
        confirm={t('licence.revoke')}
        run={(values) => post('revoke', { why: values.why })}
      />
    </section>
  );
}

function History({ lines }: { lines: readonly LedgerLine[] }) {
  const { t } = useTranslation();
  return (
    <section className={style.history} aria-label={t('licence.history')}>
      <h3>{t('licence.history')}</h3>
      <ol>
        {lines.map((line) => (
          <li key={line.number}>
            <span className={style.what}>
              <strong>
                <ActName act={line.act} />
              </strong>
              {line.at && <IsoTime iso={line.at} />}
            </span>
            <Details line={line} without={['pin']} />
          </li>
        ))}
      </ol>
    </section>
  );
}
