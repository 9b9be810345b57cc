/** What can go wrong between the phone and the network, as kinds that the screens have words for. */

/** The answers that the network gives with a code of their own, and the two that have none. */
export type FaultKind =
  | 'code-spent'
  | 'code-unknown'
  | 'wrong-code'
  | 'share-gone'
  | 'limit'
  | 'expired'
  | 'no-line'
  | 'refused';

const KINDS: Readonly<Record<string, FaultKind>> = {
  'ORG.UNDERSEAL.CODE_SPENT': 'code-spent',
  'ORG.UNDERSEAL.CODE_UNKNOWN': 'code-unknown',
  'ORG.UNDERSEAL.WRONG_CODE': 'wrong-code',
  'ORG.UNDERSEAL.SHARE_GONE': 'share-gone',
  M_LIMIT_EXCEEDED: 'limit',
  ORG_MATRIX_EXPIRED_ACCOUNT: 'expired',
};

/** The network did not do what it was asked. */
export class LineError extends Error {
  override name = 'LineError';

  constructor(
    readonly kind: FaultKind,
    message: string,
    /** Tries that are left, for `wrong-code`; milliseconds to wait, for `limit`. */
    readonly left: number | null = null,
  ) {
    super(message);
  }
}

interface Refusal {
  errcode?: string;
  error?: string;
  tries_left?: number;
  retry_after_ms?: number;
}

export function refusal(status: number, body: unknown): LineError {
  const said = (body ?? {}) as Refusal;
  const kind =
    KINDS[said.errcode ?? ''] ?? (status === 502 || status === 503 || status === 504 ? 'no-line' : 'refused');
  return new LineError(
    kind,
    said.error ?? `The network answered ${status}.`,
    said.tries_left ?? said.retry_after_ms ?? null,
  );
}

/** The kind of anything that was thrown on the way to the network. */
export function kindOf(fault: unknown): FaultKind {
  if (fault instanceof LineError) return fault.kind;
  const { errcode, httpStatus } = fault as { errcode?: string; httpStatus?: number };
  if (errcode === undefined && httpStatus === undefined) return 'no-line';
  return refusal(httpStatus ?? 0, { errcode }).kind;
}
