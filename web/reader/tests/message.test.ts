import { beforeAll, describe, expect, it } from 'vitest';

import { toHex, utf8 } from '../src/bytes/bytes';
import { makeEngine } from '../src/bytes/engine';
import { sha256Hex } from '../src/bytes/sha256';
import { checkMessage, type Against } from '../src/check/message';
import { momentOf } from '../src/check/moment';
import { linesOf, restored } from '../src/pack/embedded';
import { canonical, type Json } from '../src/proof/canonical';
import { leafHash } from '../src/proof/merkle';

const BLOCKS = '█████';
const row = canonical({
  clock: 'server', conversation: '!a', event: '$1', exhibit: 'BR-1', kind: 'text', recipients: ['@b'], row: 1, sender: '@a', text: 'Hello',
  time: 0, uncertainty: 5, unit: 'row', verdict: 'clear',
}); // prettier-ignore
const clear = {
  attached: null, ciphertext: null, ciphertext_sha256: '', clock: 'server', conversation: '!a', event: '$1', exhibit: 'BR-1',
  iso: '1970-01-01T01:00:00.000+01:00', item: true, kind: 'text', leaf: toHex(leafHash(utf8(row))), line: 1, message_key: null, name: 'A',
  path: [], raw: null, reason: '', recipients: ['@b'], record: 0, redactions: [], relation: '', row, sender: '@a', target: '', text: 'Hello',
  time: 0, uncertainty: 5, verdict: 'clear',
}; // prettier-ignore
const held = {
  ...clear, row: null, event: '', sender: BLOCKS, name: BLOCKS, recipients: [BLOCKS], conversation: BLOCKS, text: BLOCKS,
  attached: { name: BLOCKS, mime: '', size: null, sha256: '', file: '', state: 'redacted' },
  redactions: [{ field: 'message', why: 'A third party.', by: 'ann' }],
}; // prettier-ignore

let against: Against;
beforeAll(async () => {
  const root = leafHash(utf8(row));
  against = { engine: await makeEngine(undefined), release: { size: 1, root, number: 1 }, marks: '' };
});

async function failing(line: object): Promise<string[]> {
  const text = canonical(line as Json);
  const { steps } = await checkMessage(text, 1, { ...against, marks: sha256Hex(utf8(text)).slice(0, 8) });
  return steps.filter((step) => step.outcome === 'fails').map((step) => step.name);
}

describe('a message', () => {
  it('that is what the record says holds', async () => {
    expect(await failing(clear)).toEqual([]);
  });

  it('fails in each field that is not what the record says', async () => {
    for (const name of [
      'event',
      'conversation',
      'sender',
      'clock',
      'kind',
      'verdict',
      'reason',
      'text',
      'relation',
      'target',
      'exhibit',
    ])
      expect(await failing({ ...clear, [name]: 'other' }), name).toContain('row');
    for (const change of [
      { time: 1 },
      { uncertainty: 6 },
      { recipients: [] },
      { iso: '1970-01-01T01:00:00.000+02:00' },
      { attached: held.attached },
    ])
      expect(await failing({ ...clear, ...change })).toContain('row');
  });

  it('fails where its leaf, its path or its line is another', async () => {
    expect(await failing({ ...clear, leaf: '00'.repeat(32) })).toEqual(['release']);
    expect(await failing({ ...clear, record: 1 })).toEqual(['release']);
    expect(await failing({ ...clear, line: 2 })).toEqual(['listed']);
    expect(await failing({ ...clear, row: null })).toContain('row');
  });
});

describe('a redacted message', () => {
  it('shows placeholders alone', async () => {
    expect(await failing(held)).toEqual([]);
  });

  it('fails where it shows or encloses what is held back', async () => {
    for (const change of [
      { text: 'Hello' },
      { sender: '@a' },
      { name: 'A' },
      { recipients: ['@b'] },
      { conversation: '!a' },
      { event: '$1' },
      { attached: null },
    ])
      expect(await failing({ ...held, ...change }), JSON.stringify(change)).toEqual(['row']);
    expect(await failing({ ...held, row })).toContain('row');
    expect(await failing({ ...held, message_key: 'AA==' })).toContain('key');
  });
});

describe('what is enclosed in the page', () => {
  it('comes back as it was', () => {
    for (const text of ['{"a":"<b>"}', '{"a":"\\\\u003c"}', '{"a":"\\\\\\\\u003c<"}', '{"a":"\\"<"}'])
      expect(restored(text.split('<').join('\\u003c'))).toBe(text);
  });

  it('is cut into lines', () => {
    expect(linesOf('a\nb\n')).toEqual(['a', 'b']);
    expect(linesOf('')).toEqual([]);
  });
});

describe('a moment', () => {
  it('is read with its offset, and in no other form', () => {
    expect(momentOf('2026-06-01T16:00:00.250+02:00')).toBe(Date.UTC(2026, 5, 1, 14, 0, 0, 250));
    expect(momentOf('1880-01-01T00:17:30.000+00:17:30')).toBe(Date.UTC(1880, 0, 1));
    for (const text of ['', '2026-06-01', '2026-06-01T16:00:00Z']) expect(momentOf(text)).toBeNaN();
  });
});
