import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import style from './Lightbox.module.css';

interface Props {
  url: string;
  alt: string;
  caption: ReactNode;
  onClose: () => void;
}

/** A picture over the whole page. A native dialog: it keeps the focus inside, and Escape closes it. */
export function Lightbox({ url, alt, caption, onClose }: Props) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      role="dialog"
      className={style.dialog}
      aria-label={alt}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <ActionIcon
        className={style.close}
        size="lg"
        variant="filled"
        color="dark"
        aria-label={t('close')}
        onClick={onClose}
      >
        <IconX size={18} />
      </ActionIcon>
      <img src={url} alt={alt} />
      <div className={style.caption}>{caption}</div>
    </dialog>
  );
}
