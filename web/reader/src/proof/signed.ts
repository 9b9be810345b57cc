/** Signed documents (docs/formats/proofs.md). */
import { fromHex, utf8 } from '../bytes/bytes';
import type { Engine } from '../bytes/engine';
import { parseObject, type Json } from './canonical';

export type Fields = { [name: string]: Json };
export interface Verified {
  key: string;
  payload: Fields;
}

/** Verify a signed document and return who signed what; null where the signature does not hold, or it is none. */
export async function verified(engine: Engine, document: Json | undefined): Promise<Verified | null> {
  if (!document || typeof document !== 'object' || Array.isArray(document)) return null;
  const { key, payload, signature } = document;
  if (Object.keys(document).length !== 3 || typeof key !== 'string' || typeof payload !== 'string') return null;
  try {
    if (!(await engine.verify(fromHex(key, 32), utf8(payload), fromHex(signature, 64)))) return null;
    return { key, payload: parseObject(payload) };
  } catch {
    return null;
  }
}
