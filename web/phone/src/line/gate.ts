/**
 * What of Matrix this phone asks the network for. The Matrix library asks for more (calls, profiles, push rules); those get
 * their answer here and never leave the phone.
 */

const ROOM = '/rooms/[^/]+';
const PASSES: readonly RegExp[] = [
  'versions',
  'v3/(sync|createRoom|logout)',
  'v3/user/[^/]+/filter(/[^/]+)?',
  'v3/sendToDevice/[^/]+/[^/]+',
  'v3/keys/(upload|query|claim|changes|signatures/upload)',
  'v3/join/[^/]+',
  `v3${ROOM}/(leave|forget|invite|kick|members|messages|state)`,
  `v3${ROOM}/(send|redact|typing|receipt|event)/.+`,
  'v1/media/download/[^/]+/[^/]+',
].map((path) => new RegExp(`^/_matrix/client/${path}$`));
const UPLOAD = /^\/_matrix\/media\/v3\/upload$/;

/** Without rules the library would not begin to sync; this phone has no use for any. */
const PUSH_RULES = /^\/_matrix\/client\/v3\/pushrules\/$/;

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

export const passes = (path: string): boolean => UPLOAD.test(path) || PASSES.some((rule) => rule.test(path));

/** `fetch` for the Matrix library. */
export async function gate(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input, location.href);
  if (PUSH_RULES.test(url.pathname)) return json(200, { global: {} });
  if (!passes(url.pathname))
    return json(404, { errcode: 'M_UNRECOGNIZED', error: 'This phone does not ask for that.' });
  return fetch(input, init);
}
