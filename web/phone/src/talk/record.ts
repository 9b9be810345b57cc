/** Record a voice message: Opus from the browser's own recorder, with a waveform measured while it runs. */
import type { Bytes } from '~/vault/bytes';

import { fitted, WAVEFORM_MAX } from './content';

export interface Recorded {
  bytes: Bytes;
  mimetype: string;
  /** Milliseconds. */
  duration: number;
  waveform: number[];
}

/** Opus in the container that the browser has: Ogg where it can, else WebM or MP4. */
const KINDS = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4;codecs=opus'];
const EVERY_MS = 50;
const BITS_PER_SECOND = 24_000;

/** Longest voice message, in milliseconds. */
export const LONGEST_MS = 5 * 60_000;

/** Shorter ones are slips of the finger. */
const SHORTEST_MS = 400;

export class Recording {
  #chunks: Blob[] = [];
  #points: number[] = [];
  #began = performance.now();
  #meter: ReturnType<typeof setInterval>;
  #context = new AudioContext();

  private constructor(
    private readonly stream: MediaStream,
    private readonly recorder: MediaRecorder,
    level: (level: number, elapsed: number) => void,
  ) {
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    this.#meter = setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      const peak = Math.max(...samples.map((sample) => Math.abs(sample - 128))) / 128;
      this.#points.push(Math.round(Math.min(1, peak * 1.4) * WAVEFORM_MAX));
      level(peak, performance.now() - this.#began);
    }, EVERY_MS);
    recorder.ondataavailable = ({ data }): void => void this.#chunks.push(data);
    recorder.start();
  }

  /** Begin. Throws a DOMException when the microphone may not be used. */
  static async begin(level: (level: number, elapsed: number) => void): Promise<Recording> {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true },
    });
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS_PER_SECOND, ...(mimeType && { mimeType }) });
    return new Recording(stream, recorder, level);
  }

  /** End it, and get what was recorded; null when it was too short to be meant. */
  async end(): Promise<Recorded | null> {
    const duration = Math.round(performance.now() - this.#began);
    const stopped = new Promise((resolve) => (this.recorder.onstop = resolve));
    this.recorder.stop();
    await stopped;
    this.#release();
    const mimetype = this.recorder.mimeType.replace(/;\s*/, '; ');
    const bytes = new Uint8Array(await new Blob(this.#chunks).arrayBuffer());
    return duration < SHORTEST_MS ? null : { bytes, mimetype, duration, waveform: fitted(this.#points) };
  }

  discard(): void {
    this.recorder.stop();
    this.#release();
  }

  #release(): void {
    clearInterval(this.#meter);
    for (const track of this.stream.getTracks()) track.stop();
    void this.#context.close();
  }
}
