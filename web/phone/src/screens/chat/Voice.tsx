/** Play a voice message along its waveform. */
import { useEffect, useRef, useState } from 'react';

import { Icon } from '~/parts';
import type { Bytes } from '~/vault/bytes';
import { say } from '~/words';

import styles from './chat.module.css';
import { useFile } from './useFile';

interface Props {
  load: () => Promise<Bytes | undefined>;
  mimetype: string;
  /** Milliseconds. */
  duration: number;
  waveform: readonly number[];
}

const HEIGHT = 32;
const STEP = 3;

export function VoicePlayer({ load, mimetype, duration, waveform }: Props) {
  const [wanted, setWanted] = useState(false);
  const [playing, setPlaying] = useState(false);
  const [part, setPart] = useState(0);
  const { url, fault } = useFile(load, mimetype, wanted);
  const audio = useRef<HTMLAudioElement>(null);
  const seconds = Math.max(1, Math.round(duration / 1000));
  useEffect(() => {
    if (url) void audio.current?.play();
  }, [url]);
  const press = (): void => {
    setWanted(true);
    const { current } = audio;
    if (current && url) void (current.paused ? current.play() : current.pause());
  };
  return (
    <div className={styles.voice}>
      <button
        type="button"
        className={styles.play}
        aria-label={playing ? say('voice.pause') : say('voice.play', { seconds })}
        onClick={press}
      >
        <Icon name={playing ? 'pause' : 'play'} size={20} />
      </button>
      <Bars waveform={waveform} part={part} />
      <span className={styles.seconds}>{clockOf(playing ? part * duration : Math.max(1000, duration))}</span>
      {fault && <span role="alert">{fault}</span>}
      {url && (
        <audio
          ref={audio}
          src={url}
          onPlay={() => setPlaying(true)}
          onPause={() => setPlaying(false)}
          onEnded={() => setPart(0)}
          onTimeUpdate={({ currentTarget }) =>
            setPart(Math.min(1, (currentTarget.currentTime * 1000) / Math.max(1, duration)))
          }
        />
      )}
    </div>
  );
}

export function Bars({ waveform, part }: { waveform: readonly number[]; part: number }) {
  const bars = waveform.length ? waveform : Array.from({ length: 32 }, () => 0);
  return (
    <svg
      className={styles.bars}
      viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {bars.map((level, at) => {
        const height = Math.max(2, (level / 1024) * HEIGHT);
        const past = at < part * bars.length || undefined;
        return (
          <rect key={at} x={at * STEP} y={(HEIGHT - height) / 2} width={2} height={height} rx={1} data-past={past} />
        );
      })}
    </svg>
  );
}

export const clockOf = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
