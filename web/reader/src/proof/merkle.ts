/** The Merkle tree of RFC 9162 section 2.1, with SHA-256. Indices are plain numbers below 2^53, so no bitwise operators. */
import { equal } from '../bytes/bytes';
import { sha256 } from '../bytes/sha256';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (data: Uint8Array): Uint8Array => sha256(LEAF, data);
const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right);
const half = (index: number): number => Math.floor(index / 2);

/** Whether a path leads from a leaf to the root of a tree of that size: RFC 9162 section 2.1.3.2. */
export function leads(leaf: Uint8Array, index: number, size: number, path: Uint8Array[], root: Uint8Array): boolean {
  if (!(index >= 0 && index < size)) return false;
  let first = index;
  let last = size - 1;
  let node = leaf;
  for (const step of path) {
    if (last === 0) return false;
    if (first % 2 || first === last) {
      node = nodeHash(step, node);
      while (first && first % 2 === 0) {
        first = half(first);
        last = half(last);
      }
    } else node = nodeHash(node, step);
    first = half(first);
    last = half(last);
  }
  return last === 0 && equal(node, root);
}

export interface State {
  size: number;
  root: Uint8Array;
}

/** Whether a later state keeps every leaf of an earlier one: RFC 9162 section 2.1.4.2. */
export function keeps(old: State, now: State, path: Uint8Array[]): boolean {
  if (old.size > now.size) return false;
  if (old.size === now.size) return !path.length && equal(old.root, now.root);
  if (old.size === 0) return !path.length && equal(old.root, sha256());
  const steps = isPowerOfTwo(old.size) ? [old.root, ...path] : path;
  let first = old.size - 1;
  let last = now.size - 1;
  while (first % 2) {
    first = half(first);
    last = half(last);
  }
  if (!steps.length) return false;
  let before = steps[0]!;
  let after = steps[0]!;
  for (const step of steps.slice(1)) {
    if (last === 0) return false;
    if (first % 2 || first === last) {
      before = nodeHash(step, before);
      after = nodeHash(step, after);
      while (first && first % 2 === 0) {
        first = half(first);
        last = half(last);
      }
    } else after = nodeHash(after, step);
    first = half(first);
    last = half(last);
  }
  return last === 0 && equal(before, old.root) && equal(after, now.root);
}

function isPowerOfTwo(size: number): boolean {
  let rest = size;
  while (rest % 2 === 0) rest = half(rest);
  return rest === 1;
}
