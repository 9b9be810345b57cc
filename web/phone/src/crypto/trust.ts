/**
 * Which devices a contact has. The set seen first is pinned, and pinned devices alone are given room keys; a later change is
 * shown, and what is written to that contact waits until somebody has said that it is right.
 */
import { CryptoEvent } from 'matrix-js-sdk/lib/crypto-api';
import type { MatrixClient } from 'matrix-js-sdk';

import { Cell } from '~/app/cell';
import { pinOf, userIdOf } from '~/contacts/pin';
import type { Crypto } from '~/line/client';
import type { Vault } from '~/vault/vault';

const TABLE = 'trust';

/** Device ids with their Ed25519 fingerprints, unpadded base64. */
export type Devices = Record<string, string>;

export interface Pinned {
  devices: Devices;
  /** Both have compared emoji or codes for this set of devices. */
  checked: boolean;
}

/** Devices that were not there when the set was pinned, or whose keys are others now. */
export function strangersIn(pinned: Devices, now: Devices): string[] {
  return Object.keys(now).filter((device) => pinned[device] !== now[device]);
}

export type Standing = 'new' | 'pinned' | 'changed' | 'without';

export class Trust {
  /** PINs of contacts whose devices have changed and were not accepted. */
  readonly changed = new Cell<ReadonlySet<string>>(new Set());
  /** PINs of contacts that were checked. */
  readonly checked = new Cell<ReadonlySet<string>>(new Set());

  constructor(
    private readonly client: MatrixClient,
    private readonly crypto: Crypto,
    private readonly vault: Vault,
    private readonly server: string,
    /** The PIN of this phone. */
    private readonly me: string,
  ) {}

  begin(changed: () => void): void {
    this.client.on(CryptoEvent.DevicesUpdated, (users) => {
      // Of one's own account this phone is the only device: none that the server adds is ever pinned.
      const pins = users.map(pinOf).filter((pin) => pin !== null && pin !== this.me) as string[];
      void Promise.all(pins.map((pin) => this.review(pin))).then(changed);
    });
  }

  /** Compare a contact's devices with those pinned, pinning the first set that is seen. */
  async review(pin: string): Promise<Standing> {
    const [now, pinned] = await Promise.all([this.devices(pin), this.vault.get<Pinned>(TABLE, pin)]);
    const count = Object.keys(now).length;
    if (!count) return 'without';
    // A PIN has one phone. Where the server shows several from the start, somebody has to say that it is right.
    if (!pinned && count > 1) {
      this.#mark(this.changed, pin, true);
      return 'changed';
    }
    if (!pinned) {
      await this.#pin(pin, { devices: now, checked: false });
      return 'new';
    }
    const strangers = strangersIn(pinned.devices, now);
    this.#mark(this.checked, pin, pinned.checked && !strangers.length);
    this.#mark(this.changed, pin, strangers.length > 0);
    return strangers.length ? 'changed' : 'pinned';
  }

  /** Take the devices as they are now. */
  async accept(pin: string, checked: boolean): Promise<void> {
    await this.#pin(pin, { devices: await this.devices(pin), checked });
  }

  /** Take the one device that was compared; any other of the same PIN is a stranger from now on. */
  async acceptOnly(pin: string, device: string): Promise<void> {
    const { [device]: fingerprint } = await this.devices(pin);
    if (fingerprint === undefined) throw new Error('The device that was compared is gone.');
    await this.#pin(pin, { devices: { [device]: fingerprint }, checked: true });
    await this.review(pin);
  }

  pinned(pin: string): Promise<Pinned | undefined> {
    return this.vault.get<Pinned>(TABLE, pin);
  }

  async devices(pin: string): Promise<Devices> {
    const userId = userIdOf(pin, this.server);
    const found = (await this.crypto.getUserDeviceInfo([userId], true)).get(userId);
    return Object.fromEntries(
      [...(found ?? [])].map(([id, device]): [string, string] => [id, device.getFingerprint() ?? '']).sort(),
    );
  }

  /** This phone's own fingerprint. */
  async own(): Promise<string> {
    return (await this.crypto.getOwnDeviceKeys()).ed25519;
  }

  async #pin(pin: string, pinned: Pinned): Promise<void> {
    const before = await this.pinned(pin);
    const userId = userIdOf(pin, this.server);
    for (const device of Object.keys(before?.devices ?? {})) {
      if (!(device in pinned.devices))
        await this.crypto.setDeviceVerified(userId, device, false).catch(() => undefined);
    }
    for (const device of Object.keys(pinned.devices)) await this.crypto.setDeviceVerified(userId, device, true);
    await this.vault.put(TABLE, pin, pinned);
    this.#mark(this.changed, pin, false);
    this.#mark(this.checked, pin, pinned.checked);
  }

  #mark(cell: Cell<ReadonlySet<string>>, pin: string, holds: boolean): void {
    const before = cell.get();
    if (before.has(pin) === holds) return;
    cell.set(holds ? new Set([...before, pin]) : new Set([...before].filter((each) => each !== pin)));
  }
}
