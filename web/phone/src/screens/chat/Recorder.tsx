/** Hold to record, slide to cancel; by keyboard: press to begin, then stop or discard. */
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';

import { Button, Icon } from '~/parts';
import { LONGEST_MS, type Recorded, Recording } from '~/talk/record';
import { say } from '~/words';

import styles from './chat.module.css';
import { clockOf } from './Voice';

/** How far to the side the finger has to go, in pixels. */
const CANCEL_PX = 80;

interface Now {
  hold: boolean;
  elapsed: number;
  level: number;
  cancelling: boolean;
}

export interface Recorder {
  now: Now | null;
  fault: string | null;
  end: (send: boolean) => void;
  button: ReactNode;
}

export function useRecorder(done: (recorded: Recorded) => void): Recorder {
  const [now, setNow] = useState<Now | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const recording = useRef<Promise<Recording | null> | null>(null);
  const from = useRef(0);

  const begin = (hold: boolean): void => {
    setFault(null);
    setNow({ hold, elapsed: 0, level: 0, cancelling: false });
    recording.current = Recording.begin((level, elapsed) =>
      setNow((before) => before && { ...before, level, elapsed }),
    ).catch(() => {
      setFault(say('chat.record.none'));
      setNow(null);
      return null;
    });
  };
  const end = (send: boolean): void => {
    const running = recording.current;
    recording.current = null;
    setNow(null);
    void running?.then(async (begun) => {
      if (!send) return begun?.discard();
      const recorded = await begun?.end();
      if (recorded) done(recorded);
    });
  };
  useEffect(() => () => void recording.current?.then((begun) => begun?.discard()), []);
  const late = now !== null && now.elapsed > LONGEST_MS;
  useEffect(() => {
    if (late) end(true);
  });

  const pointer = {
    onPointerDown: (event: PointerEvent<HTMLButtonElement>): void => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = event.clientX;
      begin(true);
    },
    onPointerMove: (event: PointerEvent): void => {
      if (!recording.current) return;
      const cancelling = Math.abs(event.clientX - from.current) > CANCEL_PX;
      setNow((before) => (before?.hold ? { ...before, cancelling } : before));
    },
    onPointerUp: (): void => void (now?.hold && end(!now.cancelling)),
    onPointerCancel: (): void => void (now?.hold && end(false)),
  };
  const button = (!now || now.hold) && (
    <button
      type="button"
      className={styles.send}
      data-recording={now ? true : undefined}
      aria-label={say('chat.record.key')}
      title={say('chat.record')}
      {...pointer}
      onContextMenu={(event) => event.preventDefault()}
      // A press of a key, or of a screen reader, has no pointer: it begins, and buttons end it.
      onClick={(event) => event.detail === 0 && !now && begin(false)}
    >
      <Icon name="microphone" />
    </button>
  );
  return { now, fault, end, button };
}

export function RecordBar({ recorder }: { recorder: Recorder }) {
  const { now, end } = recorder;
  if (!now) return null;
  return (
    <div className={styles.recording} role="status">
      <span className={styles.level} style={{ '--level': now.level } as React.CSSProperties} />
      <span>
        <span className="unseen">{say('chat.recording')} </span>
        {clockOf(now.elapsed)}
      </span>
      {now.hold ? (
        <span className={styles.slide} data-cancelling={now.cancelling || undefined}>
          {say(now.cancelling ? 'chat.record.discard' : 'chat.record.cancel')}
        </span>
      ) : (
        <>
          <Button tone="danger" onClick={() => end(false)}>
            {say('chat.record.discard')}
          </Button>
          <Button tone="primary" autoFocus onClick={() => end(true)}>
            {say('chat.record.stop')}
          </Button>
        </>
      )}
    </div>
  );
}
