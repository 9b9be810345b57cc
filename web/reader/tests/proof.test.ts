import { describe, expect, it } from 'vitest';

import { fromHex } from '../src/bytes/bytes';
import { canonical, parseCanonical } from '../src/proof/canonical';
import { keeps, leads } from '../src/proof/merkle';
import { vectors } from './vectors';

const { leaves, sizes } = vectors.tree;
const nodes = (path: string[]): Uint8Array[] => path.map((node) => fromHex(node));

describe('an inclusion path', () => {
  it('leads from its leaf to the root, and from no other', () => {
    for (const { size, root, paths } of sizes)
      paths.forEach((path, number) => {
        for (let leaf = 0; leaf < size; leaf++)
          expect(leads(fromHex(leaves[leaf]!), number, size, nodes(path), fromHex(root))).toBe(leaf === number);
      });
  });

  it('leads nowhere when it is longer, shorter or of no leaf', () => {
    const { size, root, paths } = sizes[12]!;
    const path = nodes(paths[4]!);
    const leaf = fromHex(leaves[4]!);
    expect(leads(leaf, 4, size, path.slice(1), fromHex(root))).toBe(false);
    expect(leads(leaf, 4, size, [...path, path[0]!], fromHex(root))).toBe(false);
    for (const number of [-1, 13, NaN]) expect(leads(leaf, number, size, path, fromHex(root))).toBe(false);
  });
});

describe('a consistency path', () => {
  it('shows that a later state keeps an earlier one, and no other', () => {
    for (const { size, root, since } of sizes)
      since.forEach((path, at) => {
        const now = { size, root: fromHex(root) };
        const old = { size: at + 1, root: fromHex(sizes[at]!.root) };
        expect(keeps(old, now, nodes(path))).toBe(true);
        if (at + 1 < size) expect(keeps({ ...old, root: fromHex(leaves[12]!) }, now, nodes(path))).toBe(false);
      });
  });
});

describe('canonical JSON', () => {
  it('is that of Python', () => {
    for (const text of vectors.canonical) expect(canonical(parseCanonical(text))).toBe(text);
  });

  it('is refused in any other form', () => {
    for (const text of [
      '{"a":1,"a":1}',
      '{"b":1,"a":1}',
      '[1.5]',
      '[-0]',
      '[9007199254740992]',
      '[1 ]',
      '"\\u0041"',
      '',
      '{',
    ])
      expect(() => parseCanonical(text), text).toThrow();
  });
});
