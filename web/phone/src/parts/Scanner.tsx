/** Scan a QR code with the camera: by the browser's own detector where there is one, else by jsQR, which is loaded then. */
import { useEffect, useRef, useState } from 'react';

import { say } from '~/words';

import { Button, Fault, Lead, Sheet } from '.';
import styles from './parts.module.css';

type Detect = (video: HTMLVideoElement) => Promise<string | null>;

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

/** Between two looks, in milliseconds. */
const EVERY_MS = 150;
const WIDEST = 640;

export function Scanner({ found, close }: { found: (text: string) => void; close: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const shown = video.current;
    if (!shown) return undefined;
    const stop = new AbortController();
    watch(shown, stop.signal).then(
      (text) => text !== null && found(text),
      () => setRefused(true),
    );
    return () => stop.abort();
  }, [found]);
  return (
    <Sheet title={say('scan.title')} close={close}>
      {refused ? <Fault>{say('scan.none')}</Fault> : <Lead>{say('scan.lead')}</Lead>}
      <video ref={video} className={styles.camera} muted playsInline aria-label={say('scan.title')} />
      <Button onClick={close}>{say('cancel')}</Button>
    </Sheet>
  );
}

/** The first code that the camera sees; null when it was stopped. */
async function watch(video: HTMLVideoElement, stop: AbortSignal): Promise<string | null> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  try {
    video.srcObject = stream;
    await video.play();
    const detect = await detector();
    while (!stop.aborted) {
      const text = await detect(video);
      if (text !== null) return stop.aborted ? null : text;
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function detector(): Promise<Detect> {
  const Own = (globalThis as { BarcodeDetector?: new (options: { formats: string[] }) => Detector }).BarcodeDetector;
  if (Own) {
    const own = new Own({ formats: ['qr_code'] });
    return async (video) => (await own.detect(video))[0]?.rawValue ?? null;
  }
  const { default: jsQr } = await import('jsqr');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (video) => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    [canvas.width, canvas.height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    if (!context || !canvas.width) return Promise.resolve(null);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Promise.resolve(jsQr(data, canvas.width, canvas.height)?.data ?? null);
  };
}
