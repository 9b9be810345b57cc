import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { errorWords } from '~/parts/States';

/** Says in the corner what came of something that has no place of its own on the page. */
export function useTell() {
  const { t } = useTranslation();
  return useMemo(() => {
    const said = (message: string): void => {
      notifications.show({ message, closeButtonProps: { 'aria-label': t('close') } });
    };
    return {
      said,
      saved: (name: string): void => said(t('saved', { name })),
      failed: (error: unknown): void => {
        const { title, hint } = errorWords(error, t);
        notifications.show({
          color: 'red',
          title,
          message: hint,
          autoClose: false,
          closeButtonProps: { 'aria-label': t('close') },
        });
      },
    };
  }, [t]);
}
