import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  IconBookmark,
  IconBookmarkFilled,
  IconDownload,
  IconEyeOff,
  IconPrinter,
  IconShieldCheck,
  IconUserCheck,
  IconX,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { line, proofFile, proofKey, provenance, prove } from '~/api/queries';
import type { Check, ProvenanceStep } from '~/api/types';
import { attributes } from '~/app/pages';
import { useDesk } from '~/app/session';
import { pick, putBack, usePicked } from '~/claims/basket';
import { DossierButtons } from '~/dossier/DossierButtons';
import { save } from '~/frame/save';
import { useTell } from '~/frame/useTell';
import { useWork } from '~/frame/useWork';
import { useKeys } from '~/keys/keys';
import { AccountLink } from '~/parts/AccountLink';
import { asFound } from '~/parts/asFound';
import { CheckList } from '~/parts/CheckList';
import { Digest } from '~/parts/Digest';
import { kindWord } from '~/parts/kindWord';
import { Elapsed, Pending } from '~/parts/Pending';
import { PrintHead } from '~/parts/PrintHead';
import { Said } from '~/parts/Said';
import { Bone } from '~/parts/Skeletons';
import { Command, ErrorState } from '~/parts/States';
import { useVerdictWord } from '~/parts/VerdictMark';
import { SuspectDialog } from '~/privilege/SuspectDialog';

import { setProved } from './proved';
import style from './ProvenanceDrawer.module.css';

/** From the captured bytes to the line on the screen, and the proof of it. */
export function ProvenanceDrawer({ number, onClose }: { number: number; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const steps = useQuery(provenance(client, number));
  const drawer = useRef<HTMLElement>(null);
  useEffect(() => drawer.current?.focus(), [number]);
  useReturn();
  useKeys([{ keys: 'Escape', words: t('keys.back'), group: 'everywhere', run: onClose }], drawer);
  return (
    <aside
      className={style.drawer}
      ref={drawer}
      tabIndex={-1}
      aria-label={t('provenance.title', { number })}
      data-printed-alone
    >
      <PrintHead what={t('print.record', { number })} />
      <header className={style.head}>
        <h2>
          {t('provenance.heading')} <span className={style.number}>#{number}</span>
        </h2>
        <span className={style.tools} data-screen-only>
          <Tooltip label={t('provenance.print')}>
            <ActionIcon aria-label={t('provenance.print')} onClick={() => print()}>
              <IconPrinter size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('close')}>
            <ActionIcon aria-label={t('close')} onClick={onClose}>
              <IconX size={18} />
            </ActionIcon>
          </Tooltip>
        </span>
      </header>
      <div className={style.content}>
        <Actions key={number} number={number} onClose={onClose} />
        <p className={style.lead}>{t('provenance.lead')}</p>
        {steps.isPending && (
          <Pending queryKey={provenance(client, number).queryKey} answer={steps}>
            <StepBones />
          </Pending>
        )}
        {steps.isError && <ErrorState error={steps.error} onRetry={() => void steps.refetch()} />}
        {steps.data && (
          <ol className={style.steps}>
            {steps.data.steps.map((step, index) => (
              <Step key={index} step={step} />
            ))}
          </ol>
        )}
        {steps.data && <Proof key={number} number={number} />}
      </div>
    </aside>
  );
}

/** Who sent it, and what can be done with it: take it for evidence, or say that it looks privileged. */
function Actions({ number, onClose }: { number: number; onClose: () => void }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const navigate = useNavigate();
  const tell = useTell();
  const found = useQuery(line(client, number)).data;
  const picked = usePicked().includes(number);
  const [suspecting, setSuspecting] = useState(false);
  const add = (): void => {
    if (picked) putBack(number);
    else {
      pick(number);
      tell.said(t('evidence.picked', { number }));
    }
  };
  const attribute = (): void => {
    pick(number);
    void navigate({
      to: '/accounts/$account',
      params: { account: found?.sender.account ?? '' },
      search: { attribute: true },
    });
  };
  return (
    <section className={style.actions} aria-label={t('line.actions')}>
      {found && (
        <p className={style.sender}>
          <AccountLink party={found.sender} account />
        </p>
      )}
      <div className={style.buttons} data-screen-only>
        {attributes(session) && (
          <>
            <Button leftSection={<IconUserCheck size={15} />} disabled={!found} onClick={attribute}>
              {t('evidence.attribute')}
            </Button>
            <Button
              leftSection={picked ? <IconBookmarkFilled size={15} /> : <IconBookmark size={15} />}
              aria-pressed={picked}
              onClick={add}
            >
              {t(picked ? 'evidence.putBack' : 'evidence.add')}
            </Button>
          </>
        )}
        <DossierButtons records={[number]} />
        <Button leftSection={<IconEyeOff size={15} />} onClick={() => setSuspecting(true)}>
          {t('privilege.suspect')}
        </Button>
      </div>
      <SuspectDialog
        opened={suspecting}
        record={number}
        onClose={() => setSuspecting(false)}
        onWithheld={() => {
          putBack(number);
          onClose();
          // What stands in the address must not lead to what is gone.
          void navigate({ to: '.', search: withoutRecord, replace: true });
        }}
      />
    </section>
  );
}

/** An address without the record that it names. */
const withoutRecord = (search: object): object => ({ ...search, at: undefined, hit: undefined, provenance: undefined });

/** Gives the focus back to what had it before, when it would be lost. */
function useReturn(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (document.activeElement === document.body && before instanceof HTMLElement)
        before.focus({ preventScroll: true });
    },
    [before],
  );
}

function Step({ step }: { step: ProvenanceStep }) {
  return (
    <li className={style.step}>
      <h3>
        <Said>{step.name}</Said>
      </h3>
      {step.words && (
        <p className={style.words}>
          <Said>{step.words}</Said>
        </p>
      )}
      {step.facts.length > 0 && (
        <dl className={style.facts}>
          {step.facts.map(([name, value], index) => (
            <div key={index}>
              <dt>
                <Said>{name}</Said>
              </dt>
              <dd>
                <FactValue name={name} value={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {step.digest && <Digest value={step.digest} what={step.name} />}
    </li>
  );
}

/** Verdict, kind and reason are words of ours; all else is given as it was found. */
function FactValue({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation();
  const verdictWord = useVerdictWord();
  if (name === 'verdict') return verdictWord(value);
  if (name === 'kind') return kindWord(value, t);
  return name === 'reason' ? <Said>{value}</Said> : <span {...asFound}>{value}</span>;
}

/** Runs the check in the server and shows its steps pass; the file lets anyone repeat it elsewhere. */
function Proof({ number }: { number: number }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const cache = useQueryClient();
  const key = proofKey(client, number);
  const kept = cache.getQueryData<Check>(key);
  const checking = useWork(
    (signal) => prove(client, number, signal),
    (check) => {
      cache.setQueryData(key, check);
      setProved(number, check.ok);
    },
  );
  const tell = useTell();
  const file = useMutation({
    mutationFn: () => proofFile(client, number).then(save),
    onSuccess: tell.saved,
    onError: tell.failed,
  });
  const check = checking.data ?? kept;
  return (
    <section className={style.proof} aria-label={t('proof.title')}>
      <h3>{t('proof.title')}</h3>
      <p className={style.words}>{t('proof.lead')}</p>
      <div className={style.buttons} data-screen-only>
        <Button
          variant="filled"
          leftSection={<IconShieldCheck size={15} />}
          loading={checking.isPending}
          onClick={checking.run}
        >
          {t(check ? 'proof.again' : 'proof.run')}
        </Button>
        <Button leftSection={<IconDownload size={15} />} loading={file.isPending} onClick={() => file.mutate()}>
          {t('proof.download')}
        </Button>
      </div>
      {checking.isPending && <Elapsed onCancel={checking.stop} />}
      {checking.isError && <ErrorState error={checking.error} onRetry={checking.run} />}
      {check && !checking.isPending && (
        <CheckList
          key={checking.submittedAt}
          check={check}
          live={checking.data !== undefined}
          words={{ ok: t('proof.ok'), bad: t('proof.bad') }}
        />
      )}
      <p className={style.words}>{t('proof.offline')}</p>
      <Command text={`underseal verify ${file.data ?? t('proof.file')}`} />
    </section>
  );
}

function StepBones() {
  return (
    <div className={style.steps}>
      {Array.from({ length: 7 }, (_, index) => (
        <div key={index} className={style.step}>
          <Bone width="40%" />
          <Bone width="90%" height="0.625rem" />
          <Bone width="70%" height="0.625rem" />
        </div>
      ))}
    </div>
  );
}
