/** Whether this phone is fresh, locked or open, and the ways from one to the other. */
import { Account, type Activated, activate, type Licence } from '~/line/network';
import { LineError } from '~/line/errors';
import { prepare, stretch } from '~/vault/argon';
import { Door, type Opened } from '~/vault/door';
import { setLanguage } from '~/words';

import { Cell } from './cell';
import type { Phone } from './phone';

export type State =
  | { at: 'loading' }
  /** Another window of this browser has the phone open; two at once would damage its keys. */
  | { at: 'elsewhere' }
  /** Nothing is on it; `emptied` when that has just happened. */
  | { at: 'fresh'; emptied: boolean }
  | { at: 'locked' }
  /** `fresh` right after enrolment, when the PIN is to be shown. */
  | { at: 'open'; phone: Phone; fresh: boolean };

/** All that an open phone needs: it comes while one reads the first screen or types one's code. */
const parts = (): Promise<typeof import('./phone')> => import('./phone');

/** Out of sight for so long, the phone locks. */
const OUT_OF_SIGHT_MS = 60_000;

export class Session {
  readonly state = new Cell<State>({ at: 'loading' });
  #door: Promise<Door> = Door.at(stretch);
  #hidden: { since: number; alarm: ReturnType<typeof setTimeout> } | null = null;

  async begin(): Promise<void> {
    document.addEventListener('visibilitychange', () => this.#sight());
    await this.#alone();
    const enrolled = await (await this.#door).enrolled();
    this.state.set(enrolled ? { at: 'locked' } : { at: 'fresh', emptied: false });
    prepare();
    // Without a line it is tried again when it is needed.
    void parts().then(
      ({ warm }) => warm(),
      () => undefined,
    );
  }

  /** Spend an activation code; the same code may be tried again if the answer is lost. Throws LineError. */
  async activate(code: string): Promise<Activated> {
    return activate(code.trim(), await (await this.#door).retryKey());
  }

  /** Make the vault of a phone that was activated. Throws LineError. */
  async enrol(who: Activated, unlock: string, duress: string | null): Promise<void> {
    const door = await this.#door;
    const { pin, licence, access_token: token } = who;
    const opened = await door.enrol({ token, pin, ends: licence.ends, unlock, duress });
    const { keepCredentials } = await parts();
    await keepCredentials(opened.vault, { userId: who.user_id, pin, deviceId: who.device_id, token });
    await this.#open(opened, true);
  }

  /** Prolong the licence of a phone that is not enrolled yet. Throws LineError. */
  renew(who: Activated, code: string): Promise<Licence> {
    return new Account(who.access_token).renew(code);
  }

  /** Throws LineError; with `share-gone`, the phone has been emptied. */
  async unlock(code: string): Promise<void> {
    const door = await this.#door;
    try {
      await this.#open(await door.unlock(code), false);
    } catch (fault) {
      if (fault instanceof LineError && fault.kind === 'share-gone') {
        await door.empty();
        this.state.set({ at: 'fresh', emptied: true });
      }
      throw fault;
    }
  }

  /**
   * Ask for the unlock code of the phone that is open. Throws LineError when it is wrong.
   *
   * After the duress code, or one wrong try too many, nothing of this phone is left to show: the page begins anew.
   */
  async confirm(code: string): Promise<void> {
    const state = this.state.get();
    if (state.at !== 'open') throw new Error('The phone is locked.');
    const door = await this.#door;
    try {
      if ((await door.confirm(code)) === state.phone.opened.kind) return;
    } catch (fault) {
      if (!(fault instanceof LineError) || fault.kind !== 'share-gone') throw fault;
      state.phone.close();
      await door.empty();
    }
    this.lock();
    throw new Error('This phone was emptied.');
  }

  /** Stop everything and load the page anew, so that memory is dropped. */
  lock(): void {
    const state = this.state.get();
    if (state.at === 'open') state.phone.close();
    location.reload();
  }

  /** Destroy the server's half and all that is here. Throws LineError without a line. */
  async wipe(): Promise<void> {
    const state = this.state.get();
    if (state.at !== 'open') return;
    const proof = state.phone.opened.proof.slice();
    await (await this.#door).destroy(proof);
    state.phone.close();
    await (await this.#door).empty();
    location.reload();
  }

  shown(): void {
    const state = this.state.get();
    if (state.at === 'open') this.state.set({ ...state, fresh: false });
  }

  async #open(opened: Opened, fresh: boolean): Promise<void> {
    const { Phone } = await parts();
    const phone = await Phone.open(opened);
    const door = await this.#door;
    setLanguage(phone.settings.get().language);
    this.state.set({ at: 'open', phone, fresh });
    void phone.start(() => void door.settle());
    void navigator.storage?.persist?.();
  }

  /** Wait until no other window has the phone. The claim ends with the page. */
  #alone(): Promise<void> {
    const { locks } = navigator;
    const claim = (options: LockOptions): Promise<boolean> =>
      new Promise((resolve) => {
        void locks.request('phone', options, (lock) => {
          resolve(lock !== null);
          return lock && new Promise(() => undefined);
        });
      });
    return claim({ ifAvailable: true }).then(async (alone) => {
      if (alone) return;
      this.state.set({ at: 'elsewhere' });
      await claim({});
    });
  }

  #sight(): void {
    if (this.#hidden) clearTimeout(this.#hidden.alarm);
    if (document.hidden) {
      this.#hidden = { since: Date.now(), alarm: setTimeout(() => this.#lockIfOpen(), OUT_OF_SIGHT_MS) };
    } else {
      // A phone that slept may not have let the alarm ring.
      if (this.#hidden && Date.now() - this.#hidden.since >= OUT_OF_SIGHT_MS) this.#lockIfOpen();
      this.#hidden = null;
    }
  }

  #lockIfOpen(): void {
    if (this.state.get().at === 'open') this.lock();
  }
}
