import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowsExchange, IconGavel, IconLock, IconLockOpen, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { card, codings, dossierThreats, items, notices, work } from '~/api/dossiers';
import type { Dossier as Card, DossierItem } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { keepsDossiers } from '~/app/pages';
import { useDesk } from '~/app/session';
import { Notices } from '~/dossier/Notices';
import { DiscloseLink } from '~/dossier/DiscloseLink';
import { DossierThreats } from '~/dossier/DossierThreats';
import { asFound } from '~/parts/asFound';
import { Panel, Sums } from '~/parts/Blocks';
import { LinkButton } from '~/parts/LinkButton';
import { PageFrame, Parts } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { PrintHead } from '~/parts/PrintHead';
import { CardSkeletons } from '~/parts/Skeletons';
import { ErrorState } from '~/parts/States';

import { CardPanel } from './CardPanel';
import { Chronology } from './Chronology';
import { CLOSING, Closing, ClosingDialog } from './Closing';
import style from './Dossier.module.css';
import { History } from './History';
import { Actors, Papers } from './Holdings';
import { Hypotheses } from './Hypotheses';
import { Identifiers } from './Identifiers';
import { Tasks } from './Tasks';

const route = getRouteApi('/desk/dossiers/$dossier');

/** A case file: what is in it, what reviewers decided, what is to be done, and how it ends. */
export function DossierPage() {
  const { dossier } = route.useParams();
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <Dossier key={dossier} reference={dossier} />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

function Dossier({ reference }: { reference: string }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery(card(client, reference));
  const data = answer.data;
  return (
    <PageFrame
      title={data?.title ?? t('pages.dossiers')}
      written={data !== undefined}
      lead={data && <Named data={data} />}
      actions={data && <Actions data={data} />}
    >
      <PrintHead what={data?.number ?? reference} />
      {answer.isPending && (
        <Pending queryKey={card(client, reference).queryKey} answer={answer}>
          <CardSkeletons count={6} />
        </Pending>
      )}
      {answer.isError && !data && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {data && <Filled data={data} />}
    </PageFrame>
  );
}

/** Its number, where it belongs, and whether it is open: in words and with a sign, never by colour alone. */
function Named({ data }: { data: Card }) {
  const { t } = useTranslation();
  return (
    <span className={style.named}>
      <code translate="no">{data.number}</code>
      <span className={style.state} data-open={data.open}>
        {data.open ? <IconLockOpen size={13} aria-hidden /> : <IconLock size={13} aria-hidden />}
        {t(data.open ? 'dossiers.open' : 'dossiers.closed')}
      </span>
      <span>
        {data.district} · <bdi {...asFound}>{t('dossiers.ledBy', { lead: data.lead })}</bdi>
      </span>
    </span>
  );
}

function Actions({ data }: { data: Card }) {
  const { t } = useTranslation();
  const { session } = useDesk();
  const [changing, setChanging] = useState(false);
  // What the dialog asks stays what it asked, though the dossier is closed before the dialog is.
  const [seen, setSeen] = useState(data);
  const close = (): void => {
    setSeen(data);
    setChanging(true);
  };
  return (
    <span className={style.actions} data-screen-only>
      <DiscloseLink reference={data.reference} />
      <LinkButton
        size="sm"
        leftSection={<IconPrinter size={16} />}
        to="/dossiers/$dossier/print"
        params={{ dossier: data.reference }}
      >
        {t('dossier.print')}
      </LinkButton>
      <LinkButton
        size="sm"
        leftSection={<IconArrowsExchange size={16} />}
        to="/dossiers/$dossier/hand-over"
        params={{ dossier: data.reference }}
      >
        {t('handover.title')}
      </LinkButton>
      {keepsDossiers(session) && (
        <Button
          size="sm"
          leftSection={data.open ? <IconGavel size={16} /> : <IconLockOpen size={16} />}
          onClick={close}
          aria-describedby={CLOSING}
        >
          {t(data.open ? 'closing.close' : 'closing.reopen')}
        </Button>
      )}
      <ClosingDialog data={seen} opened={changing} onClose={() => setChanging(false)} />
    </span>
  );
}

function Filled({ data }: { data: Card }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const { reference } = data;
  const held = useQuery(items(client, reference));
  const coded = useQuery(codings(client, reference));
  const happened = useQuery(work(client, reference, 'event'));
  const supposed = useQuery(work(client, reference, 'hypothesis'));
  const toDo = useQuery(work(client, reference, 'task'));
  const threats = useQuery(dossierThreats(client, reference));
  const met = useQuery(notices(client, reference));
  const answers = [held, coded, happened, supposed, toDo, threats];
  const failed = answers.find(({ isError, data: found }) => isError && !found);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!held.data || !coded.data || !happened.data || !supposed.data || !toDo.data || !threats.data)
    return <CardSkeletons count={6} />;
  const excluded = held.data.filter(({ excluded: decisions }) => decisions.length > 0).length;
  const writes = data.open && keepsDossiers(session);
  const counted = (...kinds: readonly DossierItem['kind'][]): number =>
    held.data.filter(({ kind }) => kinds.includes(kind)).length;
  return (
    <>
      <Parts
        label={t('dossier.parts')}
        parts={[
          { id: 'card', words: t('dossier.card') },
          {
            id: 'chronology',
            words: t('dossier.chronology'),
            count: counted('message', 'media') + happened.data.length,
          },
          { id: 'actors', words: t('dossier.actors'), count: counted('account', 'person') },
          { id: 'papers', words: t('dossier.papers'), count: counted('note', 'document') },
          { id: 'identifiers', words: t('identifiers.title') },
          { id: 'hypotheses', words: t('dossier.hypotheses'), count: supposed.data.length },
          { id: 'tasks', words: t('dossier.tasks'), count: toDo.data.length },
          { id: 'threats', words: t('threats.title'), count: threats.data.threats.length },
          { id: 'close', words: t('closing.title') },
          { id: 'history', words: t('history.title') },
        ]}
      />
      <Sums
        sums={[
          { words: t('dossier.sumItems'), value: held.data.length },
          { words: t('dossier.sumCoded'), value: coded.data.length },
          { words: t('dossier.sumDisputed'), value: coded.data.filter(({ disputed }) => disputed).length },
          {
            words: t('dossier.sumTasks'),
            value: toDo.data.filter(({ state }) => state === 'open' || state === 'doing').length,
          },
        ]}
      />
      {met.data && met.data.length > 0 && (
        <div data-block>
          <Notices notices={met.data} />
        </div>
      )}
      {excluded > 0 && (
        <Panel>
          <p className={style.excluded}>
            <IconGavel size={16} aria-hidden />
            <span>
              <strong>{t('dossier.excludedTitle', { count: excluded })}</strong> {t('dossier.excludedNote')}{' '}
              <Link to="/exclusions">{t('exclusions.see')}</Link>
            </span>
          </p>
        </Panel>
      )}
      <CardPanel data={data} writes={writes} />
      <Chronology data={data} items={held.data} events={happened.data} codings={coded.data} writes={writes} />
      <Actors data={data} items={held.data} writes={writes} />
      <Papers data={data} items={held.data} writes={writes} />
      <Identifiers data={data} writes={writes} />
      <Hypotheses data={data} list={supposed.data} writes={writes} />
      <Tasks data={data} list={toDo.data} writes={writes} />
      <DossierThreats data={data} threats={threats.data.threats} />
      <Closing data={data} />
      <History data={data} codings={coded.data} />
    </>
  );
}
