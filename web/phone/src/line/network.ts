/** The network's own API beside Matrix: activation, licence, contacts, and the server's halves of the storage keys. */
import { type Bytes, fromBase64, toBase64Url } from '~/vault/bytes';

import { LineError, refusal } from './errors';

const BASE = '/_underseal/client/v1';

/** Longer than any answer takes, shorter than anyone waits. */
const PATIENCE_MS = 20_000;

export interface Licence {
  state: 'active' | 'expired' | 'suspended' | 'revoked';
  /** ISO 8601 with offset. */
  ends: string;
  notice?: 30 | 7 | 1 | null;
}

export interface Activated {
  user_id: string;
  pin: string;
  device_id: string;
  access_token: string;
  licence: Licence;
}

async function ask<T>(method: 'GET' | 'POST', path: string, body?: object, token?: string): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`${BASE}/${path}`, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new LineError('no-line', 'The network cannot be reached.');
  }
  const found: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw refusal(answer.status, found);
  return found as T;
}

/** Spend an activation code. The same retry key repeats an answer that was lost. Throws LineError. */
export const activate = (code: string, retryKey: Bytes): Promise<Activated> =>
  ask('POST', 'activate', { code, retry_key: toBase64Url(retryKey) });

export interface Shares {
  id: string;
  share: Bytes;
  decoy: Bytes;
}

/** Lay down the proofs of both codes, and get the server's halves. Throws LineError. */
export async function makeShares(token: string, unlock: Bytes, duress: Bytes): Promise<Shares> {
  const body = { unlock: toBase64Url(unlock), duress: toBase64Url(duress) };
  const made = await ask<{ id: string; share: string; decoy: string }>('POST', 'shares', body, token);
  return { id: made.id, share: fromBase64(made.share), decoy: fromBase64(made.decoy) };
}

/** The half that belongs to a proof. Throws LineError: `wrong-code` with the tries left, `share-gone`. */
export async function share(id: string, proof: Bytes): Promise<Bytes> {
  const path = `shares/${encodeURIComponent(id)}`;
  const answer = await ask<{ share: string }>('POST', path, { proof: toBase64Url(proof) });
  return fromBase64(answer.share);
}

export const destroyShare = (id: string, proof: Bytes): Promise<unknown> =>
  ask('POST', `shares/${encodeURIComponent(id)}/destroy`, { proof: toBase64Url(proof) });

/** What an account may ask the network for, licence or not. */
export class Account {
  /** Without a token there is no line: the empty phone has none. */
  constructor(private readonly token: string | null) {}

  licence(): Promise<Licence & { pin: string }> {
    return this.#ask('GET', 'licence');
  }

  async renew(code: string): Promise<Licence> {
    return (await this.#ask<{ licence: Licence }>('POST', 'renew', { code })).licence;
  }

  askContact(pin: string): Promise<unknown> {
    return this.#ask('POST', 'contacts/ask', { pin });
  }

  answerContact(pin: string, accept: boolean): Promise<unknown> {
    return this.#ask('POST', 'contacts/answer', { pin, accept });
  }

  removeContact(pin: string): Promise<unknown> {
    return this.#ask('POST', 'contacts/remove', { pin });
  }

  async #ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    if (this.token === null) throw new LineError('no-line', 'The network cannot be reached.');
    return ask(method, path, body, this.token);
  }
}
