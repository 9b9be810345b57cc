import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { schemes } from '../../desk/src/theme/tokens';

const css = readFileSync(new URL('../src/theme/tokens.css', import.meta.url), 'utf8');
const [light, dark] = css.split('@media (prefers-color-scheme: dark)') as [string, string];

const colours = (part: string): [string, string][] =>
  [...part.matchAll(/--us-([a-z-]+(?:-\d)?): (#[0-9a-f]{6});/g)].map(([, name, value]) => [
    name as string,
    value as string,
  ]);

const ofDesk = (scheme: typeof schemes.light, name: string): string => {
  const tint = /^tint-(\d)$/.exec(name);
  if (tint) return scheme.tints[Number(tint[1])] as string;
  const field = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return scheme[field as keyof typeof schemes.light] as string;
};

test.each([
  ['light', light, schemes.light],
  ['dark', dark, schemes.dark],
])('every colour of the %s scheme is that of the desk', (_, part, scheme) => {
  const found = colours(part);
  expect(found.length).toBeGreaterThan(20);
  for (const [name, value] of found) expect(`${name} ${value}`).toBe(`${name} ${ofDesk(scheme, name)}`);
});
