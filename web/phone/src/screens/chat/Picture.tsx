/** A picture in a bubble, and large when pressed. */
import { useEffect, useRef, useState } from 'react';

import { IconButton } from '~/parts';
import type { Bytes } from '~/vault/bytes';
import { say } from '~/words';

import styles from './chat.module.css';
import { useFile } from './useFile';

interface Props {
  load: () => Promise<Bytes | undefined>;
  mimetype: string;
  width: number;
  height: number;
  /** Who sent it, in words. */
  from: string;
}

export function PictureView({ load, mimetype, width, height, from }: Props) {
  const { url, fault } = useFile(load, mimetype);
  const [large, setLarge] = useState(false);
  const label = say('chat.picture.from', { name: from });
  if (fault) return <p>{fault}</p>;
  const size = { width: width || 320, height: height || 240 };
  return (
    <>
      <button type="button" className={styles.picture} aria-label={`${say('chat.picture.open')}: ${label}`} onClick={() => setLarge(true)}>
        {url ? <img src={url} alt={label} {...size} /> : <span className={styles.pictureWaits} />}
      </button>
      {large && url && <Large url={url} label={label} close={() => setLarge(false)} />}
    </>
  );
}

function Large({ url, label, close }: { url: string; label: string; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={styles.large} aria-label={label} onClose={close}>
      <IconButton icon="close" label={say('close')} onClick={close} />
      <img src={url} alt={label} />
    </dialog>
  );
}
