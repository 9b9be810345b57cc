import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconArrowRight, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { dossierEntries, obstacles, setOpen } from '~/api/dossiers';
import type { Dossier, Obstacle } from '~/api/types';
import { attributes, keepsDossiers } from '~/app/pages';
import { useDesk } from '~/app/session';
import { useTell } from '~/frame/useTell';
import { asFound } from '~/parts/asFound';
import { Panel } from '~/parts/Blocks';
import { FormDialog } from '~/parts/FormDialog';
import { IsoTime } from '~/parts/Moment';
import { Section } from '~/parts/PageFrame';
import { Said } from '~/parts/Said';

import style from './Dossier.module.css';

/** Where the page says what stands in the way of closing a dossier. */
export const CLOSING = 'closing';

/** What stands in the way of closing it, each leading to where it is mended. */
export function Closing({ data }: { data: Dossier }) {
  const { t } = useTranslation();
  const { client } = useDesk();
  const answer = useQuery({ ...obstacles(client, data.reference), enabled: data.open });
  return (
    <Section id="close" title={t('closing.title')}>
      <Panel>
        <div id={CLOSING} className={style.closing}>
          {data.changed_at && data.why && (
            <p>
              <bdi {...asFound}>
                {t(data.open ? 'closing.reopenedBy' : 'closing.closedBy', { user: data.changed_by, why: data.why })}
              </bdi>{' '}
              · <IsoTime iso={data.changed_at.iso} />
            </p>
          )}
          {data.open && answer.data?.length === 0 && (
            <p>
              <IconCircleCheck size={16} aria-hidden /> {t('closing.free')}
            </p>
          )}
          {data.open && answer.data && answer.data.length > 0 && <Obstacles list={answer.data} />}
        </div>
      </Panel>
    </Section>
  );
}

function Obstacles({ list }: { list: readonly Obstacle[] }) {
  const { t } = useTranslation();
  return (
    <>
      <p>
        <strong>{t('closing.blocked', { count: list.length })}</strong>
      </p>
      <ul className={style.obstacles}>
        {list.map(({ what, why }) => (
          <li key={`${what} ${why}`}>
            <Named what={what} /> <Said>{why}</Said>
            <Mend what={what} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** What stands in the way leads to its page, or to its place on this one. */
function Named({ what }: { what: string }) {
  if (what.startsWith('@'))
    return (
      <Link to="/accounts/$account" params={{ account: what }}>
        <code translate="no">{what}</code>
      </Link>
    );
  if (/^P\d+$/u.test(what))
    return (
      <Link to="/persons/$person" params={{ person: what }}>
        <code translate="no">{what}</code>
      </Link>
    );
  if (what.includes(':'))
    return (
      <a href={`#item-${what}`}>
        <code translate="no">{what}</code>
      </a>
    );
  return <Said>{what}</Said>;
}

function Mend({ what }: { what: string }) {
  const { t } = useTranslation();
  const { session } = useDesk();
  if (!what.startsWith('@') || !attributes(session)) return null;
  return (
    <Link
      to="/accounts/$account"
      params={{ account: what }}
      search={{ attribute: true }}
      className={style.mend}
      data-screen-only
    >
      {t('closing.attribute')} <IconArrowRight size={13} aria-hidden />
    </Link>
  );
}

/** Closes a dossier, or opens it again, with a reason; what stands in the way is said instead. */
export function ClosingDialog({ data, opened, onClose }: { data: Dossier; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const tell = useTell();
  const answer = useQuery({
    ...obstacles(client, data.reference),
    enabled: opened && data.open && keepsDossiers(session),
  });
  const inTheWay = data.open ? (answer.data ?? []) : [];
  const ready = !data.open || answer.isSuccess;
  return (
    <FormDialog
      opened={opened && ready}
      onClose={onClose}
      title={t(data.open ? 'closing.close' : 'closing.reopen')}
      lead={inTheWay.length > 0 ? undefined : t(data.open ? 'closing.closeLead' : 'closing.reopenLead')}
      after={inTheWay.length > 0 && <Obstacles list={inTheWay} />}
      fields={inTheWay.length > 0 ? [] : [{ name: 'why', label: t('reason'), kind: 'note' }]}
      confirm={t(data.open ? 'closing.close' : 'closing.reopen')}
      impossible={inTheWay.length > 0}
      run={({ why = '' }) => setOpen(client, data.reference, !data.open, why)}
      stale={dossierEntries(client)}
      onDone={({ open }) => tell.said(t(open ? 'closing.reopened' : 'closing.closed'))}
    />
  );
}
