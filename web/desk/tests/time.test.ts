import { describe, expect, it } from 'vitest';

import type { Density, Moment } from '~/api/types';
import { bars, beginning, dayNumber, dayText } from '~/logic/days';
import { rowOf, rows } from '~/logic/density';
import { clockLength, momentParts, month, weekday } from '~/logic/moment';
import { byteSize, percent } from '~/logic/size';

const moment = (iso: string): Moment => ({ utc: Date.parse(iso), iso, clock: '', found: '', uncertainty: 0 });

describe('days', () => {
  it('go to numbers and back', () => {
    for (const day of ['1969-12-31', '1970-01-01', '2020-02-29', '2021-03-09'])
      expect(dayText(dayNumber(day))).toBe(day);
  });

  it('begin weeks on Monday, also before 1970', () => {
    expect(dayText(beginning(dayNumber('2021-03-09'), 'week'))).toBe('2021-03-08');
    expect(dayText(beginning(dayNumber('1969-12-31'), 'week'))).toBe('1969-12-29');
  });
});

describe('bars', () => {
  it('show a day without messages as a bar of none', () => {
    const found = bars(
      [
        { day: '2021-03-01', count: 2, locked: 1 },
        { day: '2021-03-04', count: 3, locked: 0 },
      ],
      100,
    );
    expect(found.bars.map((bar) => bar.count)).toEqual([2, 0, 0, 3]);
  });

  it('keep the sums when days are put together', () => {
    const days = Array.from({ length: 900 }, (_, index) => ({ day: dayText(18_000 + index), count: index, locked: 1 }));
    for (const most of [200, 60, 10]) {
      const found = bars(days, most);
      expect(found.bars.reduce((sum, bar) => sum + bar.count, 0)).toBe((899 * 900) / 2);
      expect(found.bars.reduce((sum, bar) => sum + bar.locked, 0)).toBe(900);
      expect(found.bars.length).toBeLessThanOrEqual(most + 2);
    }
  });

  it('are none for no days', () => {
    expect(bars([], 10).bars).toEqual([]);
  });
});

describe('rows of the scrubber', () => {
  const density: Density = {
    days: [
      { day: '2021-01-01', count: 4, locked: 1 },
      { day: '2021-01-10', count: 16, locked: 16 },
    ],
    gaps: [
      {
        start: moment('2021-01-04T00:00:00+00:00'),
        end: moment('2021-01-05T12:00:00+00:00'),
        sender: { account: '@a:x', name: 'A' },
        missing: 3,
        reason: 'at least 3 messages of A',
      },
    ],
  };

  it('mark gaps and locked shares', () => {
    const list = rows(density, 100);
    expect(list).toHaveLength(10);
    expect(list.filter((row) => row.gap).map((row) => row.from)).toEqual(['2021-01-04', '2021-01-05']);
    expect(list[9]).toMatchObject({ share: 1, lockedShare: 1 });
    expect(list[0]?.share).toBe(0.25);
  });

  it('find the row of a day when several days share one', () => {
    const list = rows(density, 4);
    expect(list[rowOf(list, '2021-01-05')]?.from).toBe('2021-01-04');
    expect(rowOf(list, '2030-01-01')).toBe(list.length - 1);
  });
});

describe('moments', () => {
  it('are split without losing a character', () => {
    const parts = momentParts('2021-03-09T05:00:00.123+01:00');
    expect(parts).toEqual({ date: '2021-03-09', time: '05:00:00.123', offset: '+01:00' });
  });

  it('of an unknown form stay whole', () => {
    expect(momentParts('about noon')).toEqual({ date: 'about noon', time: '', offset: '' });
  });

  it('name the weekday without the time zone of the browser', () => {
    expect(['en', 'fr', 'nl'].map((language) => weekday('2021-03-09', language))).toEqual([
      'Tuesday',
      'mardi',
      'dinsdag',
    ]);
    expect(['en', 'fr', 'nl'].map((language) => month('2021-03-09', language))).toEqual([
      'March 2021',
      'mars 2021',
      'maart 2021',
    ]);
  });

  it('give lengths of time', () => {
    expect([clockLength(900), clockLength(61_000), clockLength(3_725_000)]).toEqual(['0:01', '1:01', '1:02:05']);
  });
});

describe('sizes', () => {
  it('have three digits', () => {
    expect([0, 999, 1234, 12_403_221, 999_600].map((size) => byteSize(size, 'en'))).toEqual([
      '0 B',
      '999 B',
      '1.23 kB',
      '12.4 MB',
      '1 MB',
    ]);
    expect([999, 1234].map((size) => byteSize(size, 'fr'))).toEqual(['999 o', '1,23 ko']);
    expect(byteSize(1234, 'nl')).toBe('1,23 kB');
  });

  it('never round something to nothing or nearly all to all', () => {
    expect(percent(1, 100_000, 'en')).toBe('< 0.1%');
    expect(percent(99_999, 100_000, 'en')).toBe('> 99%');
    expect(percent(1, 1, 'en')).toBe('100%');
    expect(percent(0, 0, 'en')).toBe('–');
  });
});
