import { describe, expect, it } from 'vitest';

import type { CodedMessage, Dossier, DossierEvent, DossierItem, Line, Threat } from '~/api/types';
import { chronology, fitting, nextSteps, recordsOf, standingOf } from '~/logic/dossiers';
import { momentIn } from '~/logic/zone';

const dossier = (number: string, title: string, open: boolean): Dossier =>
  ({ number, title, open, offence: 'theft', lead: 'anna', district: 'Antwerp', parent: '' }) as Dossier;

describe('A list of dossiers', () => {
  const all = [dossier('AN.2026/0001', 'The boat', true), dossier('AN.2026/0002', 'The quay', false)];

  it('is narrowed by all words and by the state, the newest first', () => {
    expect(fitting(all, 'all', '').map(({ title }) => title)).toEqual(['The quay', 'The boat']);
    expect(fitting(all, 'open', 'quay')).toEqual([]);
    expect(fitting(all, 'closed', 'ANNA theft 0002')).toHaveLength(1);
  });
});

describe('A chronology', () => {
  const item = (record: number): DossierItem =>
    ({ kind: 'message', id: `message:${record}`, record, current: record }) as DossierItem;
  const line = (utc: number): Line => ({ time: { utc } }) as Line;

  it('has messages and events by their time, and at the end what has none yet', () => {
    const event = { id: '1', start: { utc: 15 } } as DossierEvent;
    const times: Record<number, Line> = { 1: line(20), 2: line(10) };
    const coded = { record: 2, disputed: true, codings: [] } as CodedMessage;
    const note = { kind: 'note', id: 'note:1', record: null, current: null } as DossierItem;
    const found = chronology([item(3), item(1), note, item(2)], [event], (record) => times[record], [coded]);
    expect(found.map((each) => (each.kind === 'event' ? 'event' : each.item.record))).toEqual([2, 'event', 1, 3]);
    expect(found[0]).toMatchObject({ coded: { disputed: true } });
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
