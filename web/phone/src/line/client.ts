/** The Matrix client of an unlocked phone: crypto store under the vault's key, state in the vault, nothing else kept. */
import {
  createClient,
  type MatrixClient,
  type Room,
  type MatrixEvent,
  MatrixError,
  SyncState,
  ClientEvent,
} from 'matrix-js-sdk';
import type { CryptoApi } from 'matrix-js-sdk/lib/crypto-api';
import { type Logger, logger } from 'matrix-js-sdk/lib/logger';

import type { Bytes } from '~/vault/bytes';
import type { Vault } from '~/vault/vault';

import { gate } from './gate';
import { SealedStore } from './store';

/** What the vault holds of the account. */
export interface Credentials {
  userId: string;
  pin: string;
  deviceId: string;
  /** Null on the empty phone, which has no line. */
  token: string | null;
}

/** Events of a room that one answer brings; what lies between is fetched afterwards. */
const AT_ONCE = 50;

/** The library offers encryption to its own senders only; ours is that of the same object. */
export type Crypto = CryptoApi & { encryptEvent(event: MatrixEvent, room: Room): Promise<void> };

export interface Line {
  client: MatrixClient;
  crypto: Crypto;
  store: SealedStore;
}

/**
 * Open the crypto store and make the client; it does not ask the network for anything yet.
 *
 * @param olm 32 bytes, zeroed before this returns.
 */
export async function openLine(vault: Vault, who: Credentials, olm: Bytes): Promise<Line> {
  (logger as unknown as { setLevel(level: 'silent', persist: false): void }).setLevel('silent', false);
  const store = new SealedStore(vault);
  await store.startup();
  const client = createClient({
    baseUrl: location.origin,
    userId: who.userId,
    deviceId: who.deviceId,
    ...(who.token !== null && { accessToken: who.token }),
    store,
    fetchFn: who.token === null ? noLine : gate,
    disableVoip: true,
    verificationMethods: ['m.sas.v1'],
    logger: SILENT,
  });
  try {
    await client.initRustCrypto({
      useIndexedDB: who.token !== null,
      storageKey: olm,
      cryptoDatabasePrefix: 'underseal-olm',
    });
  } finally {
    olm.fill(0);
  }
  const crypto = client.getCrypto() as Crypto;
  // Room keys go to devices that this phone has pinned (crypto/trust.ts), never to one that the server adds.
  crypto.globalBlacklistUnverifiedDevices = true;
  return { client, crypto, store };
}

const noLine = (): Promise<never> => Promise.reject(new TypeError('The network cannot be reached.'));

export async function startLine({ client }: Line): Promise<void> {
  await client.startClient({ initialSyncLimit: AT_ONCE, disablePresence: true, lazyLoadMembers: false });
}

/** The library would write events, ids and requests to the console of the browser. */
const nothing = (): void => undefined;
const SILENT: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  getChild: () => SILENT,
};

/** How the line is: `ended` when the licence or the device is. */
export type LineState = 'waiting' | 'up' | 'expired' | 'logged-out';

export function watchLine(client: MatrixClient, tell: (state: LineState) => void): void {
  client.on(ClientEvent.Sync, (state, _, data) => {
    if (state === SyncState.Prepared || state === SyncState.Syncing) tell('up');
    else if (state !== SyncState.Stopped) tell(stateOf(data?.error));
  });
}

export function stateOf(fault: unknown): LineState {
  if (!(fault instanceof MatrixError)) return 'waiting';
  if (fault.errcode === 'ORG_MATRIX_EXPIRED_ACCOUNT') return 'expired';
  return fault.errcode === 'M_UNKNOWN_TOKEN' ? 'logged-out' : 'waiting';
}
