import { describe, expect, it } from 'vitest';

import type { Gap, Line, Moment } from '~/api/types';
import { items, messagesBetween } from '~/logic/items';
import { isoIn, startOfDay } from '~/logic/zone';

const moment = (iso: string): Moment => ({ utc: Date.parse(iso), iso, clock: '', found: '', uncertainty: 0 });

const line = (number: number, iso: string, account = '@a:x', kind = 'text'): Line =>
  ({ number, kind, time: moment(iso), sender: { account, name: '' } }) as unknown as Line;

describe('items', () => {
  it('put a day line before the first message of each day, by the time that is shown', () => {
    const shown = items([line(1, '2021-03-08T23:59:00+01:00'), line(2, '2021-03-09T00:01:00+01:00')], []);
    expect(shown.map((item) => item.type)).toEqual(['day', 'line', 'day', 'line']);
  });

  it('draw a gap where it lies, and only once', () => {
    const gap: Gap = {
      start: moment('2021-03-08T10:30:00Z'),
      end: moment('2021-03-08T12:00:00Z'),
      sender: { account: '@a:x', name: 'A' },
      missing: 3,
      reason: 'at least 3 messages of A',
    };
    const shown = items(
      [line(1, '2021-03-08T10:00:00Z'), line(2, '2021-03-08T13:00:00Z'), line(3, '2021-03-08T13:01:00Z')],
      [gap],
    );
    expect(shown.map((item) => item.type)).toEqual(['day', 'line', 'gap', 'line', 'line']);
  });

  it('name a sender again after another, after a pause and after a line of the service itself', () => {
    const shown = items(
      [
        line(1, '2021-03-08T10:00:00Z'),
        line(2, '2021-03-08T10:01:00Z'),
        line(3, '2021-03-08T10:02:00Z', '@b:x'),
        line(4, '2021-03-08T11:02:00Z', '@b:x'),
        line(5, '2021-03-08T11:03:00Z', '@b:x', 'membership'),
        line(6, '2021-03-08T11:04:00Z', '@b:x'),
      ],
      [],
    );
    const continued = shown.flatMap((item) => (item.type === 'line' ? [item.continued] : []));
    expect(continued).toEqual([false, true, false, false, false, false]);
  });
});

describe('what is in sight', () => {
  const message = line(1, '2021-03-08T10:00:00Z');
  const answer = line(2, '2021-03-08T10:01:00Z');
  const joined = line(3, '2021-07-01T10:00:00Z', '@b:x', 'membership');
  const left = line(4, '2021-07-02T10:00:00Z', '@b:x', 'membership');

  it('ends with a message, whoever joined or left after it', () => {
    expect(messagesBetween([message, answer, joined, left], message, left)).toEqual([message, answer]);
  });

  it('is the nearest message where only the service itself speaks, the one before rather than the one after', () => {
    expect(messagesBetween([message, answer, joined, left], joined, left)).toEqual([answer, answer]);
    expect(messagesBetween([joined, left, message, answer], joined, left)).toEqual([message, message]);
  });

  it('is what there is in a conversation without a message', () => {
    expect(messagesBetween([joined, left], joined, left)).toEqual([joined, left]);
  });
});

describe('the start of a day', () => {
  it('is that of the zone, on both sides of a change of clocks', () => {
    expect(new Date(startOfDay('2021-03-09', 'UTC')).toISOString()).toBe('2021-03-09T00:00:00.000Z');
    expect(new Date(startOfDay('2021-03-28', 'Europe/Brussels')).toISOString()).toBe('2021-03-27T23:00:00.000Z');
    expect(new Date(startOfDay('2021-03-29', 'Europe/Brussels')).toISOString()).toBe('2021-03-28T22:00:00.000Z');
    expect(new Date(startOfDay('2021-01-01', 'Pacific/Auckland')).toISOString()).toBe('2020-12-31T11:00:00.000Z');
  });
});

describe('a moment in a zone', () => {
  it('is written with milliseconds and the offset of that day', () => {
    const moment = Date.parse('2021-03-09T04:00:00.250Z');
    expect(isoIn(moment, 'UTC')).toBe('2021-03-09T04:00:00.250+00:00');
    expect(isoIn(moment, 'Europe/Brussels')).toBe('2021-03-09T05:00:00.250+01:00');
    expect(isoIn(Date.parse('2021-07-09T04:00:00Z'), 'Europe/Brussels')).toBe('2021-07-09T06:00:00.000+02:00');
    expect(isoIn(moment, 'America/St_Johns')).toBe('2021-03-09T00:30:00.250-03:30');
  });
});
