import { ApiError, OfflineError } from './errors';
import type { ErrorBody } from './types';

/** Under whose name and power requests are made. */
export interface Caller {
  csrf: string;
  /** Number of the authority, null while none is chosen. */
  authority: string | null;
  purpose: string;
  /** The release that is read, null while there is none. */
  release: number | null;
}

/** Who is nobody yet: asking for the session and logging in need nothing. */
export const NOBODY: Caller = { csrf: '', authority: null, purpose: '', release: null };

type Value = string | number | null | undefined;
export type Params = Record<string, Value | readonly string[]>;

interface Options {
  params?: Params;
  /** What becomes JSON; a file goes as it is. */
  body?: unknown;
  signal?: AbortSignal;
}

/** `path` with `params` as its query; empty ones are left out, lists are repeated. Never carries a secret. */
export function address(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === undefined || value === '') continue;
    if (typeof value === 'object') for (const item of value) query.append(name, item);
    else query.append(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Header values are ASCII: everything else is percent-encoded UTF-8. */
function headers(caller: Caller, method: string, body: unknown): Headers {
  const result = new Headers({ Accept: 'application/json' });
  if (caller.authority !== null) {
    result.set('Underseal-Authority', encodeURIComponent(caller.authority));
    if (caller.purpose) result.set('Underseal-Purpose', encodeURIComponent(caller.purpose));
  }
  if (method !== 'GET') result.set('X-CSRF-Token', caller.csrf);
  if (body instanceof Blob) result.set('Content-Type', 'application/octet-stream');
  else if (body !== undefined) result.set('Content-Type', 'application/json');
  return result;
}

async function failure(response: Response): Promise<ApiError> {
  const unknown: ErrorBody = {
    code: 'internal',
    message: `${response.status} ${response.statusText}`.trim(),
    hint: '',
    position: null,
    length: null,
    field: '',
  };
  try {
    const answer = (await response.json()) as { error?: ErrorBody };
    return new ApiError(response.status, answer.error ?? unknown);
  } catch {
    return new ApiError(response.status, unknown);
  }
}

async function named(response: Response, fallback: string): Promise<{ name: string; bytes: Blob }> {
  const found = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '');
  return { name: found?.[1] ?? fallback, bytes: await response.blob() };
}

/** The one way to the server. Every method raises ApiError or OfflineError, or the abort of its signal. */
export class Client {
  readonly caller: Caller;

  constructor(caller: Caller) {
    this.caller = caller;
  }

  get<T>(path: string, params?: Params, signal?: AbortSignal): Promise<T> {
    return this.#json<T>('GET', path, { params, signal });
  }

  post<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    return this.#json<T>('POST', path, { body, signal });
  }

  put<T>(path: string, body: unknown, params?: Params): Promise<T> {
    return this.#json<T>('PUT', path, { body, params });
  }

  /** Read evidence: of the release that one has before one's eyes, whatever was released since. */
  evidence<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
    return this.get<T>(path, { ...params, release: this.caller.release }, signal);
  }

  /** Fetch a file with its name, for saving. */
  async file(path: string, params: Params, fallback: string): Promise<{ name: string; bytes: Blob }> {
    return named(await this.#fetch('GET', path, { params }), fallback);
  }

  /** Have a file made of `body`, with its name, for saving. */
  async made(path: string, body: unknown, fallback: string): Promise<{ name: string; bytes: Blob }> {
    return named(await this.#fetch('POST', path, { body }), fallback);
  }

  /** Yield the lines of an answer in JSON lines as they arrive. */
  async *lines<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
    const response = await this.#fetch('POST', path, { signal });
    if (response.body === null) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read().catch(() => {
        throw signal.aborted ? signal.reason : new OfflineError();
      });
      const parts = (rest + (value ?? '')).split('\n');
      rest = done ? '' : (parts.pop() ?? '');
      for (const part of parts) if (part.trim()) yield JSON.parse(part) as T;
      if (done) return;
    }
  }

  async #json<T>(method: string, path: string, options: Options): Promise<T> {
    const response = await this.#fetch(method, path, options);
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  }

  async #fetch(method: string, path: string, { params, body, signal }: Options): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(address(path, params), {
        method,
        headers: headers(this.caller, method, body),
        body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
        signal,
        credentials: 'same-origin',
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new OfflineError();
    }
    if (!response.ok) throw await failure(response);
    return response;
  }
}
