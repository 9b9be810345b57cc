import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';

import { errorWords } from '~/parts/States';

/** Says in the corner what came of something that has no place of its own on the page. */
export function useTell() {
  const { t } = useTranslation();
  return {
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
    saved: (name: string): void => {
      notifications.show({ message: t('saved', { name }), closeButtonProps: { 'aria-label': t('close') } });
    },
  };
}
