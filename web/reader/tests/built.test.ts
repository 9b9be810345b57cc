/**
 * The built page names nothing that browsers of spring 2020 lack. They cannot be run here; so the script must be ES2019, and every
 * member and global in it that came later is looked for by name.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

import { parse, type AnyNode } from 'acorn';
import { beforeAll, describe, expect, it } from 'vitest';

const PAGE = new URL('../dist/reader.html', import.meta.url);

/** Came to Chrome after 80, Firefox after 72 or Safari after 13.1. */
const LATER = [
  'at', 'replaceAll', 'matchAll', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'groupBy', 'hasOwn', 'any', 'withResolvers',
  'replaceChildren', 'showModal', 'showPopover', 'checkVisibility', 'arrayBuffer', 'stream', 'randomUUID', 'getOrInsert', 'isWellFormed',
  'dateStyle', 'timeStyle', 'showDirectoryPicker', 'setHTML', 'scheduler',
]; // prettier-ignore
const LATER_GLOBALS = [
  'BigInt', 'BigInt64Array', 'BigUint64Array', 'WeakRef', 'FinalizationRegistry', 'structuredClone', 'AggregateError', 'CSSStyleSheet',
  'OffscreenCanvas', 'BroadcastChannel', 'requestIdleCallback', 'globalThis', 'reportError', 'queueMicrotask', 'fetch', 'XMLHttpRequest', 'WebSocket', 'eval',
]; // prettier-ignore
const LATER_STYLE = [
  ':has(', ':is(', ':where(', ':focus-visible', ':not(:', 'color-mix(', '@layer', '@container', 'clamp(', 'inset:', 'aspect-ratio',
  'inset-inline', 'margin-inline:', 'padding-inline:', 'accent-color', 'dvh', 'text-wrap', 'light-dark(', 'url(http', '@import',
]; // prettier-ignore

let page: string;
let script: string;
let style: string;
beforeAll(() => {
  expect(existsSync(PAGE), 'the page is not built: npm run build').toBe(true);
  page = readFileSync(PAGE, 'utf8');
  style = /<style>([^]*?)<\/style>/.exec(page)![1]!;
  script = /<script>([^]*?)<\/script>/.exec(page)![1]!;
});

function walk(
  node: AnyNode,
  visit: (node: AnyNode, parent: AnyNode | null) => void,
  parent: AnyNode | null = null,
): void {
  visit(node, parent);
  for (const value of Object.values(node) as unknown[])
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value])
      if (child && typeof (child as AnyNode).type === 'string') walk(child as AnyNode, visit, node);
}

describe('the built page', () => {
  it('is ES2019, and calls nothing that came later', () => {
    const later = new Set<string>();
    walk(parse(script, { ecmaVersion: 2019, sourceType: 'script' }), (node, parent) => {
      if (
        node.type === 'MemberExpression' &&
        !node.computed &&
        node.property.type === 'Identifier' &&
        parent &&
        parent.type === 'CallExpression' &&
        parent.callee === node &&
        LATER.includes(node.property.name)
      )
        later.add(`.${node.property.name}()`);
      const named = parent && (parent.type === 'MemberExpression' || parent.type === 'Property') && !parent.computed;
      if (node.type === 'Identifier' && !named && LATER_GLOBALS.includes(node.name)) later.add(node.name);
    });
    expect([...later]).toEqual([]);
  });

  it('styles with nothing that came later', () => {
    expect(style).not.toMatch(/[^a-z-](?:min|max)\(/);
    expect(LATER_STYLE.filter((feature) => style.includes(feature))).toEqual([]);
    // A gap in a flex box came with Chrome 84: only a grid may have one, and says so in the older words too.
    for (const [rule] of style.matchAll(/{[^{}]*}/g))
      if (/[{;]gap:/.test(rule)) expect(rule).not.toMatch(/display:(?:inline-)?flex/);
  });

  it('lets only its own script and style be used, and no network', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy).toContain(`default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)};`);
    expect(policy).not.toMatch(/https?:|unsafe|connect-src|\*/);
    expect(page.match(/<script/g)!.length).toBe(1);
    expect(page).not.toMatch(/<link[^>]+href="(?!data:)/);
  });

  it('has one place for a pack', () => {
    expect(page.split('<!--underseal:pack-->').length).toBe(2);
    expect(page.length).toBeLessThan(600_000);
  });
});
