import { describe, expect, it } from 'vitest';

import type { Line, Provenance } from '~/api/types';
import { citation, senderOf } from '~/logic/cite';

const line = (name: string): Line =>
  ({
    number: 205,
    time: { iso: '2026-06-14T16:49:15.514+02:00' },
    sender: { account: '@z:x', name },
  }) as unknown as Line;

const step = (name: string, facts: [string, string][]): Provenance['steps'][number] => ({
  name,
  words: '',
  facts,
  digest: null,
});

describe('a citation', () => {
  it('names number, time with offset, sender, release and leaf', () => {
    const provenance: Provenance = { number: 205, steps: [step('Key', []), step('Release', [['leaf', 'd3f5']])] };
    expect(citation(line('Zeno'), 2, provenance)).toBe(
      '#205 · 2026-06-14T16:49:15.514+02:00 · Zeno (@z:x) · release 2 · leaf d3f5',
    );
  });

  it('names an account that gave itself no name once', () => {
    expect(senderOf(line(''))).toBe('@z:x');
    expect(senderOf(line('@z:x'))).toBe('@z:x');
  });
});
