/** Comparing emoji: the short authentication string of Matrix ("m.sas.v1"), between this phone and one device of a contact. */
import type { MatrixClient } from 'matrix-js-sdk';
import {
  CryptoEvent,
  type ShowSasCallbacks,
  type VerificationRequest,
  VerificationPhase,
  VerificationRequestEvent,
  type Verifier,
  VerifierEvent,
} from 'matrix-js-sdk/lib/crypto-api';

import { Cell } from '~/app/cell';
import { pinOf, userIdOf } from '~/contacts/pin';
import type { Crypto } from '~/line/client';

export interface Comparison {
  pin: string;
  phase: 'asking' | 'asked' | 'waiting' | 'emoji' | 'confirmed' | 'same' | 'different' | 'cancelled';
  /** Sign and English name; words/emoji.ts has those of other languages. */
  emoji: readonly [string, string][];
}

const METHOD = 'm.sas.v1';

export class Emoji {
  readonly now = new Cell<Comparison | null>(null);
  #request: VerificationRequest | null = null;
  #sas: ShowSasCallbacks | null = null;

  constructor(
    private readonly client: MatrixClient,
    private readonly crypto: Crypto,
    private readonly server: string,
    /** Both sides have said that the emoji are the same. */
    private readonly same: (pin: string, device: string) => Promise<void>,
  ) {}

  begin(): void {
    this.client.on(CryptoEvent.VerificationRequestReceived, (request) => {
      const pin = pinOf(request.otherUserId);
      if (!pin || this.#request?.pending) return void request.cancel();
      this.#follow(request, pin, 'asked');
    });
  }

  /** Ask a device of a contact to compare. */
  async ask(pin: string, device: string): Promise<void> {
    this.now.set({ pin, phase: 'asking', emoji: [] });
    this.#follow(await this.crypto.requestDeviceVerification(userIdOf(pin, this.server), device), pin, 'asking');
  }

  async accept(): Promise<void> {
    this.#set('waiting');
    await this.#request?.accept();
  }

  async say(same: boolean): Promise<void> {
    if (!same) return this.#sas?.mismatch();
    this.#set('confirmed');
    await this.#sas?.confirm();
  }

  async close(): Promise<void> {
    const request = this.#request;
    this.#request = null;
    this.#sas = null;
    this.now.set(null);
    if (request?.pending) await request.cancel();
  }

  #follow(request: VerificationRequest, pin: string, phase: Comparison['phase']): void {
    this.#request = request;
    this.now.set({ pin, phase, emoji: [] });
    let verifier: Verifier | null = null;
    const step = async (): Promise<void> => {
      if (request !== this.#request) return;
      if (request.phase === VerificationPhase.Cancelled) this.#end(request);
      if (request.phase === VerificationPhase.Ready && request.initiatedByMe && !verifier) {
        verifier = await request.startVerification(METHOD);
        this.#verify(verifier, pin, request.otherDeviceId);
      } else if (request.phase === VerificationPhase.Started && request.verifier && !verifier) {
        verifier = request.verifier;
        this.#verify(verifier, pin, request.otherDeviceId);
      }
    };
    request.on(VerificationRequestEvent.Change, () => void step());
    void step();
  }

  #verify(verifier: Verifier, pin: string, device = ''): void {
    verifier.on(VerifierEvent.ShowSas, (sas) => {
      this.#sas = sas;
      this.now.set({ pin, phase: 'emoji', emoji: sas.sas.emoji ?? [] });
    });
    verifier.verify().then(
      async () => {
        await this.same(pin, device);
        this.#set('same');
      },
      () => undefined, // the request says how it ended
    );
  }

  #end(request: VerificationRequest): void {
    this.#set(
      request.cancellationCode === 'm.mismatched_sas' || request.cancellationCode === 'm.key_mismatch'
        ? 'different'
        : 'cancelled',
    );
  }

  #set(phase: Comparison['phase']): void {
    const now = this.now.get();
    if (now) this.now.set({ ...now, phase });
  }
}
