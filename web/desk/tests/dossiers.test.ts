import { describe, expect, it } from 'vitest';

import type { CodedMessage, Dossier, DossierCoding, DossierEvent, DossierItem, Threat } from '~/api/types';
import { diff } from '~/logic/diff';
import { chronology, fitting, nextSteps, recordsOf, standingOf, withCoding } from '~/logic/dossiers';
import { momentIn } from '~/logic/zone';

const dossier = (number: string, title: string, open: boolean): Dossier =>
  ({ number, title, open, offence: 'theft', lead: 'anna', district: 'Antwerp', parent: '' }) as Dossier;

describe('A list of dossiers', () => {
  const all = [dossier('AN.2026/0010', 'The boat', true), dossier('AN.2026/0002', 'The quay', false)];
  const any = { state: 'all', find: '', district: '', order: 'newest' } as const;
  const titles = (narrowed: Parameters<typeof fitting>[1]): string[] =>
    fitting(all, narrowed).map(({ title }) => title);

  it('is narrowed by all words, by the state and by the district', () => {
    expect(titles({ ...any, state: 'open', find: 'quay' })).toEqual([]);
    expect(titles({ ...any, state: 'closed', find: 'ANNA theft 0002' })).toEqual(['The quay']);
    expect(titles({ ...any, district: 'Liège' })).toEqual([]);
  });

  it('has the newest first, unless another order is asked for', () => {
    expect(titles(any)).toEqual(['The quay', 'The boat']);
    expect(titles({ ...any, order: 'oldest' })).toEqual(['The boat', 'The quay']);
    expect(titles({ ...any, order: 'number' })).toEqual(['The quay', 'The boat']);
    expect(titles({ ...any, order: 'title' })).toEqual(['The boat', 'The quay']);
  });
});

describe('A chronology', () => {
  const item = (record: number, utc: number): DossierItem =>
    ({ kind: 'message', id: `message:${record}`, record, current: record, time: { utc } }) as DossierItem;

  it('has messages and events by their time', () => {
    const event = { id: '1', start: { utc: 15 } } as DossierEvent;
    const coded = { record: 2, disputed: true, codings: [] } as CodedMessage;
    const note = { kind: 'note', id: 'note:1', record: null, current: null, time: null } as DossierItem;
    const found = chronology([item(1, 20), note, item(2, 10)], [event], [coded]);
    expect(found.map((each) => (each.kind === 'event' ? 'event' : each.item.record))).toEqual([2, 'event', 1]);
    expect(found[0]).toMatchObject({ coded: { disputed: true } });
  });

  it('knows after a decision whether reviewers disagree, each by their latest', () => {
    const coding = (user: string, choice: string): DossierCoding => ({ record: 1, user, choice }) as DossierCoding;
    const one = withCoding([], coding('ines', 'relevant'));
    const two = withCoding(one, coding('paul', 'not_relevant'));
    expect([one[0]?.disputed, two[0]?.disputed]).toEqual([false, true]);
    const three = withCoding(two, coding('paul', 'relevant'));
    expect([three[0]?.disputed, three[0]?.codings.length]).toEqual([false, 2]);
  });
});

describe('Two wordings', () => {
  it('differ by the words that went and that came', () => {
    expect(diff('the blue box', 'the red box')).toEqual([
      { text: 'the ', change: 'same' },
      { text: 'blue', change: 'gone' },
      { text: 'red', change: 'new' },
      { text: ' box', change: 'same' },
    ]);
    expect(diff('', 'قارب')).toEqual([{ text: 'قارب', change: 'new' }]);
    expect(diff('same', 'same')).toEqual([{ text: 'same', change: 'same' }]);
  });
});

describe('What a person writes', () => {
  it('of records is numbers, or nothing that can be sent', () => {
    expect(recordsOf('12 #15,7')).toEqual([12, 15, 7]);
    expect(recordsOf('')).toEqual([]);
    expect(recordsOf('12 boats')).toBeNull();
  });

  it('of a moment is meant in the zone of the workspace', () => {
    expect(momentIn('2026-06-01T18:30', 'Europe/Brussels')).toBe(Date.UTC(2026, 5, 1, 16, 30));
    expect(momentIn('2026-06-31T18:30', 'UTC')).toBeNull();
    expect(momentIn('tomorrow', 'UTC')).toBeNull();
  });
});

describe('A threat', () => {
  const threat = (step: string, ended = false): Threat => ({ ended, steps: [{ step }] }) as unknown as Threat;

  it('goes from alert to outcome, and may rise again', () => {
    expect(nextSteps(threat('alert'))).toEqual(['acknowledged']);
    expect(nextSteps(threat('action'))).toEqual(['action', 'outcome']);
    expect(nextSteps(threat('outcome', true))).toEqual(['alert']);
    expect([threat('alert'), threat('action'), threat('outcome', true)].map(standingOf)).toEqual([
      'waiting',
      'open',
      'ended',
    ]);
  });
});
