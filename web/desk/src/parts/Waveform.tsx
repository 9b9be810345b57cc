import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { clockLength } from '~/logic/moment';
import { columns } from '~/logic/waveform';

import style from './Waveform.module.css';

/** How many bars a voice message is drawn with, and how far an arrow key goes, in seconds. */
const BARS = 56;
const STEP = 3;

interface Props {
  url: string;
  /** Loudness 0..1024; empty where the sender gave none. */
  loudness: readonly number[];
  /** Length in milliseconds as the sender claims it; the file itself overrules it. */
  duration: number | null;
}

/** A voice message: play, pause, and go to a place by pointer or keyboard. */
export function Waveform({ url, loudness, duration }: Props) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState((duration ?? 0) / 1000);
  const heights = useMemo(() => columns(loudness, BARS), [loudness]);
  const share = length > 0 ? at / length : 0;

  const toggle = (): void => {
    const element = audio.current;
    if (!element) return;
    if (element.paused) element.play().catch(() => setFailed(true));
    else element.pause();
  };
  const seek = (seconds: number): void => {
    const to = Math.min(Math.max(seconds, 0), length);
    if (audio.current) audio.current.currentTime = to;
    setAt(to);
  };
  const point = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * length);
  };
  const press = (event: KeyboardEvent): void => {
    const to = { ArrowRight: at + STEP, ArrowLeft: at - STEP, Home: 0, End: length }[event.key];
    if (to !== undefined) seek(to);
    else if (event.key === ' ' || event.key === 'Enter') toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const label = playing ? t('voice.pause') : t('voice.play');
  return (
    <div className={style.voice}>
      <audio
        ref={audio}
        src={url}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
        onError={() => setFailed(true)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => {
          if (Number.isFinite(event.currentTarget.duration)) setLength(event.currentTarget.duration);
        }}
      />
      <Tooltip label={label}>
        <ActionIcon
          variant="filled"
          color="accent"
          size={34}
          radius="xl"
          data-opens
          aria-label={label}
          onClick={toggle}
        >
          {playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
        </ActionIcon>
      </Tooltip>
      <div
        className={style.wave}
        role="slider"
        tabIndex={0}
        aria-label={t('voice.position')}
        aria-valuemin={0}
        aria-valuemax={Math.round(length)}
        aria-valuenow={Math.round(at)}
        aria-valuetext={t('voice.at', { at: clockLength(at * 1000), length: clockLength(length * 1000) })}
        onPointerDown={point}
        onPointerMove={point}
        onKeyDown={press}
      >
        {heights.map((height, index) => (
          <span key={index} data-played={(index + 0.5) / BARS <= share} style={{ height: `${height * 100}%` }} />
        ))}
      </div>
      <span className={style.time}>
        {at > 0 ? `${clockLength(at * 1000)} / ${clockLength(length * 1000)}` : clockLength(length * 1000)}
      </span>
      {failed && <span className={style.failed}>{t('voice.failed')}</span>}
    </div>
  );
}
