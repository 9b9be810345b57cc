import { describe, expect, it } from 'vitest';

import type { Attribution, Moment } from '~/api/types';
import { emptyForm, formOf, missing, newItem, request } from '~/logic/claim';
import { common, frame, marks, place } from '~/logic/spans';

const DAY = 86_400_000;
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const moment = (iso: string): Moment => ({ utc: Date.parse(iso), iso, clock: '', found: '', uncertainty: 0 });

describe('A claim as it is typed', () => {
  it('names what is missing before it is sent', () => {
    const form = emptyForm('UTC');
    expect([...missing(form, false)]).toEqual(['name', 'start', 'end', 'grade', 'supporting']);
    expect([...missing({ ...form, known: true, startUnknown: true }, true)]).toEqual(['person', 'end', 'grade', 'why']);
  });

  it('is sent in the words of the server', () => {
    const made = request(
      {
        ...emptyForm('Europe/Brussels'),
        name: 'Lotte',
        start: ' 2026-06-01 ',
        endUnknown: true,
        grade: 'weak',
        why: 'a better one',
        supporting: [newItem('message', { record: '#12' })],
        opposing: [
          newItem('location', { longitude: '4.4', latitude: '51.2', radius: '900', source: 'cell' }),
          newItem('location', { shape: 'polygon', corners: '4.4, 51.2\n4.5 51.2\n\n4.4;51.3' }),
        ],
      },
      '@a',
      (why) => `in place of A1: ${why}`,
    );
    expect([made.start, made.end, made.born]).toEqual(['2026-06-01', 'unknown', null]);
    expect(made.supporting).toEqual([
      { kind: 'message', record: 12, words: '' },
      { kind: 'statement', words: 'in place of A1: a better one' },
    ]);
    expect(made.opposing.map(({ area }) => area)).toEqual([
      { type: 'Circle', centre: [4.4, 51.2], radius: 900 },
      {
        type: 'Polygon',
        coordinates: [
          [
            [4.4, 51.2],
            [4.5, 51.2],
            [4.4, 51.3],
            [4.4, 51.2],
          ],
        ],
      },
    ]);
  });

  it('begins with all that a claim says which it is to supersede', () => {
    const area = { type: 'Circle', centre: [4.4, 51.2], radius: 900 };
    const start = moment('2026-06-01T00:00:00.000+02:00');
    const claim = {
      person: { id: 'P1', name: 'Lotte', born: null },
      start,
      end: null,
      zone: 'UTC',
      grade: 'strong',
      supporting: [{ kind: 'location', start, end: start, area, source: 'cell', words: '' }, { kind: 'outside' }],
      opposing: [{ kind: 'message', record: 7, words: 'x' }],
    } as unknown as Attribution;
    const made = request(formOf(claim), '@a', String);
    expect(made).toMatchObject({ person: 'P1', name: '', start: start.iso, end: 'unknown', grade: 'strong' });
    expect(made.supporting).toEqual([
      { kind: 'location', start: start.iso, end: start.iso, area, source: 'cell', words: '' },
    ]);
    expect(made.opposing).toEqual([{ kind: 'message', record: 7, words: 'x' }]);
  });
});

describe('Intervals on one line of time', () => {
  const june = { start: day('2026-06-01'), end: day('2026-07-01') };

  it('lie where their times are, and reach the edge where an end is not known', () => {
    const whole = frame([june, { start: day('2026-06-11'), end: null }]);
    expect(whole && place(june, whole)).toEqual({ left: expect.closeTo(0.054, 2), width: expect.closeTo(0.893, 2) });
    expect(whole && place({ start: null, end: null }, whole)).toEqual({ left: 0, width: 1 });
    expect(frame([{ start: null, end: null }])).toBeNull();
  });

  it('meet or do not; what is not known excludes nothing', () => {
    expect(common(june, { start: june.end, end: null })).toBeNull();
    expect(common(june, { start: null, end: june.start + DAY })).toEqual({ start: june.start, end: june.start + DAY });
    expect(common(june, { start: null, end: null })).toEqual(june);
  });

  it('have few marks, at the beginnings of days, months and years', () => {
    const words = (from: string, to: string): string[] =>
      marks({ from: day(from), to: day(to) }, 6).map((mark) => mark.words);
    expect(words('2026-06-01', '2026-06-05')).toEqual(['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-04']);
    expect(words('2026-01-15', '2026-06-20')).toEqual(['2026-02', '2026-03', '2026-04', '2026-05', '2026-06']);
    expect(words('2001-01-01', '2026-01-01').length).toBeLessThanOrEqual(7);
  });
});
