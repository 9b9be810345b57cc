import type { ErrorBody } from './types';

/** A request that the server refused or could not fulfil, in the server's own words. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  /** Offset and length of the fault in a query, in code points; null for other errors. */
  readonly position: number | null;
  readonly length: number | null;
  /** The part of the request that is at fault, as a path; "" where no single one is. */
  readonly field: string;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code;
    this.hint = body.hint ?? '';
    this.position = body.position ?? null;
    this.length = body.length ?? null;
    this.field = body.field;
  }
}

/** No answer came: the server is stopped, or the machine between is. */
export class OfflineError extends Error {
  constructor() {
    super('offline');
    this.name = 'OfflineError';
  }
}

export const isLoggedOut = (error: unknown): boolean => error instanceof ApiError && error.code === 'login';
export const isRefused = (error: unknown): boolean => error instanceof ApiError && error.code === 'refused';
export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 'not_found';
export const isFault = (error: unknown): error is ApiError => error instanceof ApiError && error.code === 'query';

/** Whether asking again may help: our own faults and lost connections, never a refusal or a wrong request. */
export function mayRetry(error: unknown): boolean {
  return error instanceof OfflineError || (error instanceof ApiError && error.status >= 500);
}
