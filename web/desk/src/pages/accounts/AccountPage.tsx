import { Button, Menu } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconDots, IconListSearch, IconPrinter, IconUserCheck, IconUserShield } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { claimsOn, persons as personsQuery, profile as profileQuery } from '~/api/queries';
import type { AccountProfile } from '~/api/types';
import { NeedsAuthority } from '~/app/authority/NoAuthority';
import { NeedsRelease } from '~/app/NeedsRelease';
import { attributes, declares } from '~/app/pages';
import { useDesk } from '~/app/session';
import { AttributeDialog } from '~/claims/AttributeDialog';
import { usePicked } from '~/claims/basket';
import { PersonHead } from '~/claims/ClaimCard';
import { ClaimLines } from '~/claims/ClaimLines';
import { Claims } from '~/claims/Claims';
import { contradictions } from '~/claims/contradictions';
import { useKeys } from '~/keys/keys';
import { Panel, Sums } from '~/parts/Blocks';
import { Copy } from '~/parts/Copy';
import { LinkButton } from '~/parts/LinkButton';
import { PageFrame, Section } from '~/parts/PageFrame';
import { Pending } from '~/parts/Pending';
import { PrintHead } from '~/parts/PrintHead';
import { CardSkeletons } from '~/parts/Skeletons';
import { EmptyState, ErrorState } from '~/parts/States';
import { DeclareDialog } from '~/privilege/DeclareDialog';

import style from './AccountPage.module.css';
import { Company } from './Company';
import { Hours } from './Hours';
import { Activity, Devices, Gaps, Languages, Nicknames } from './Shown';

const route = getRouteApi('/desk/accounts/$account');

/** What the evidence shows of an account, and who is claimed to have used it. */
export function AccountPage() {
  const { account } = route.useParams();
  return (
    <NeedsAuthority>
      <NeedsRelease>
        <Account key={account} account={account} />
      </NeedsRelease>
    </NeedsAuthority>
  );
}

function Account({ account }: { account: string }) {
  const { client } = useDesk();
  const answer = useQuery(profileQuery(client, account));
  const data = answer.data?.profile;
  const name = data && data.name !== account ? data.name : account;
  return (
    <PageFrame
      title={name}
      lead={name !== account && <Named account={account} />}
      actions={data && <Actions account={account} query={data.sent.query} />}
    >
      <PrintHead what={account} />
      {answer.isPending && (
        <Pending queryKey={profileQuery(client, account).queryKey} answer={answer}>
          <CardSkeletons count={6} />
        </Pending>
      )}
      {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {data && <Filled profile={data} />}
    </PageFrame>
  );
}

/** The account itself under its name, to be read letter by letter and copied. */
function Named({ account }: { account: string }) {
  const { t } = useTranslation();
  return (
    <span className={style.account}>
      <code translate="no">{account}</code>
      <Copy value={account} what={t('accounts.account')} />
    </span>
  );
}

function Actions({ account, query }: { account: string; query: string }) {
  const { t } = useTranslation();
  const { session } = useDesk();
  const { attribute: attributing = false } = route.useSearch();
  const navigate = route.useNavigate();
  const picked = usePicked();
  const [declaring, setDeclaring] = useState(false);
  const open = (on: boolean): void =>
    void navigate({ search: on ? { attribute: true } : {}, replace: true, resetScroll: false });
  const mine = attributes(session);
  useKeys(mine ? [{ keys: 't', words: t('keys.attribute'), group: 'list', run: () => open(true) }] : []);
  return (
    <span className={style.actions} data-screen-only>
      <LinkButton to="/search" search={{ q: query }} size="sm" leftSection={<IconListSearch size={16} />}>
        {t('accounts.search')}
      </LinkButton>
      {mine && (
        <Button size="sm" variant="filled" leftSection={<IconUserCheck size={16} />} onClick={() => open(true)}>
          {picked.length > 0 ? t('attribute.withPicked', { count: picked.length }) : t('attribute.open')}
        </Button>
      )}
      <Menu>
        <Menu.Target>
          <Button size="sm" px={8} aria-label={t('accounts.more')}>
            <IconDots size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPrinter size={15} />} onClick={() => setTimeout(print)}>
            {t('accounts.print')}
          </Menu.Item>
          {declares(session) && (
            <Menu.Item leftSection={<IconUserShield size={15} />} onClick={() => setDeclaring(true)}>
              {t('privilege.declare')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <AttributeDialog opened={attributing && mine} account={account} supersedes={null} onClose={() => open(false)} />
      <DeclareDialog opened={declaring} account={account} onClose={() => setDeclaring(false)} />
    </span>
  );
}

function Filled({ profile }: { profile: AccountProfile }) {
  const { t } = useTranslation();
  return (
    <>
      <Sums
        sums={[
          { words: t('accounts.sent'), value: profile.sent.count, query: profile.sent.query },
          { words: t('accounts.received'), value: profile.received.count, query: profile.received.query },
          { words: t('accounts.contacts'), value: profile.contact_count },
          { words: t('accounts.conversations'), value: profile.conversation_count },
        ]}
      />
      <Users profile={profile} />
      <Activity profile={profile} />
      <Hours profile={profile} />
      <Nicknames profile={profile} />
      <Company profile={profile} />
      <Languages profile={profile} />
      <Devices profile={profile} />
      <Gaps profile={profile} />
    </>
  );
}

/** Who is claimed to have used it: on one line of time, then side by side. */
function Users({ profile }: { profile: AccountProfile }) {
  const { t } = useTranslation();
  const { client, session } = useDesk();
  const answer = useQuery(claimsOn(client, profile.account));
  const times = [profile.sent, profile.received].flatMap(({ first, last }) => (first && last ? [first, last] : []));
  const utc = times.map((time) => time.utc);
  const seen = utc.length > 0 ? { first: Math.min(...utc), last: Math.max(...utc) } : undefined;
  const claims = answer.data ?? [];
  // Persons who were merged are one, whatever the claims call them.
  const persons = useInfiniteQuery({ ...personsQuery(client, profile.account), enabled: claims.length > 1 });
  const known = persons.data?.pages.flatMap((page) => page.persons) ?? [];
  const contested = contradictions(claims, (id) => known.find(({ parts }) => parts.includes(id))?.id ?? id);
  const standing = claims.filter(({ in_force }) => in_force).length;
  return (
    <Section title={t('claims.title')} note={claims.length > 0 && t('claims.standing', { count: standing })}>
      {answer.isPending && <CardSkeletons count={2} />}
      {answer.isError && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && claims.length === 0 && (
        <Panel>
          <EmptyState icon={IconUserCheck} title={t('claims.none')}>
            <p>{t(attributes(session) ? 'claims.noneHint' : 'claims.noneHintOther')}</p>
          </EmptyState>
        </Panel>
      )}
      {claims.length > 0 && (
        <>
          <Panel>
            <ClaimLines claims={claims} contested={contested} nameOf={({ person }) => person.name} seen={seen} />
          </Panel>
          <Claims claims={claims} contested={contested} headOf={({ person }) => <PersonHead person={person} />} />
        </>
      )}
    </Section>
  );
}
