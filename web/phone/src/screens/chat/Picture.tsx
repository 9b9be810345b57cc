/** A picture in a bubble, and large when pressed. */
import { useEffect, useRef, useState } from 'react';

import { IconButton } from '~/parts';
import type { Bytes } from '~/vault/bytes';
import { say } from '~/words';

import styles from './chat.module.css';
import { useFile } from './useFile';

const LONGEST_EDGE = 300;

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
  const size = fitted(width || 320, height || 240);
  return (
    <>
      <button
        type="button"
        className={styles.picture}
        aria-label={`${say('chat.picture.open')}: ${label}`}
        onClick={() => setLarge(true)}
      >
        {url ? <img src={url} alt={label} {...size} /> : <svg {...size} aria-hidden="true" />}
      </button>
      {large && url && <Large url={url} label={label} close={() => setLarge(false)} />}
    </>
  );
}

/** The size of a picture in its bubble, in pixels, so that nothing moves when it comes. */
function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_EDGE / width, LONGEST_EDGE / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
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
