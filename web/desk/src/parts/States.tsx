import { Button } from '@mantine/core';
import { IconLockAccess, IconPlugConnectedX, IconAlertCircle, type TablerIcon } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError, isRefused, mayRetry, OfflineError } from '~/api/errors';

import { Copy } from './Copy';
import { Said } from './Said';
import style from './States.module.css';

/** Says what will be here, and the one thing that fills it. */
export function EmptyState(props: { icon?: TablerIcon; title: string; level?: 1 | 2; children?: ReactNode }) {
  const Icon = props.icon;
  const Heading = props.level === 1 ? 'h1' : 'h2';
  return (
    <div className={style.state}>
      {Icon && <Icon size={28} stroke={1.25} aria-hidden />}
      <Heading>{props.title}</Heading>
      {props.children}
    </div>
  );
}

/** A command to type, whole, with a copy button. */
export function Command({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <span className={style.command}>
      <code>{text}</code>
      <Copy value={text} what={t('copy.command')} />
    </span>
  );
}

/** What went wrong in the server's words, its hint, and a way on. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const { icon: Icon, title, hint } = errorWords(error, t);
  return (
    <div className={style.state} role="alert">
      <Icon size={28} stroke={1.25} aria-hidden />
      <h2>{title}</h2>
      {hint && <p>{hint}</p>}
      {onRetry && (mayRetry(error) || !(error instanceof ApiError)) && (
        <Button onClick={onRetry}>{t('error.retry')}</Button>
      )}
    </div>
  );
}

/**
 * What a form could not do, in one line under its fields: in the server's words, or in those of the page.
 *
 * @param bare it stands at the field that is at fault, which says itself that it is.
 */
export function FormError({ error, words, bare }: { error: unknown; words?: string; bare?: boolean }) {
  const { t } = useTranslation();
  const { title, hint } = errorWords(error, t);
  const content = words ?? (
    <>
      {title} {hint}
    </>
  );
  if (bare) return <span role="alert">{content}</span>;
  return (
    <p role="alert" className={style.formError}>
      {content}
    </p>
  );
}

/** Words for any error, for a page, a form or a notification. */
export function errorWords(error: unknown, t: TFunction): { icon: TablerIcon; title: ReactNode; hint: ReactNode } {
  if (error instanceof OfflineError) {
    return { icon: IconPlugConnectedX, title: t('error.offline'), hint: t('error.offlineHint') };
  }
  if (error instanceof ApiError) {
    return {
      icon: isRefused(error) ? IconLockAccess : IconAlertCircle,
      title: <Said>{error.message}</Said>,
      hint: error.hint && <Said>{error.hint}</Said>,
    };
  }
  return { icon: IconAlertCircle, title: t('error.desk'), hint: error instanceof Error ? error.message : '' };
}
