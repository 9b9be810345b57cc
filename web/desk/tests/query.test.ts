import { describe, expect, it } from 'vitest';

import { between, pieces, quote, toggle, valuesOf } from '~/logic/query';

describe('pieces', () => {
  it('cover the query without holes', () => {
    const query = 'haven* (from:"Jan \\"de\\" Wit" OR NOT from:anna) "cold store" kaai~1 "open';
    expect(
      pieces(query)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(query);
  });

  it('know filters, operators and phrases', () => {
    const kinds = pieces('from:anna AND "a b" NOT x').filter((piece) => piece.type !== 'space');
    expect(kinds.map((piece) => piece.type)).toEqual(['filter', 'operator', 'phrase', 'operator', 'word']);
  });

  it('know a minus before a filter as NOT', () => {
    expect(pieces('-from:anna').map((piece) => piece.type)).toEqual(['operator', 'filter']);
    expect(valuesOf('-from:anna', 'from')).toEqual([]);
    expect(pieces('well-known').map((piece) => piece.type)).toEqual(['word']);
  });

  it('know the quotes of a word processor', () => {
    expect(pieces('in:“Cold store” “two words”').map((piece) => piece.type)).toEqual(['filter', 'space', 'phrase']);
    expect(pieces('in:“Cold store”')[0]?.value).toBe('Cold store');
  });

  it('take a word that begins like an operator as a word', () => {
    expect(pieces('ORANGE ANDES').map((piece) => piece.type)).toEqual(['word', 'space', 'word']);
  });

  it('keep an address with a colon inside as a plain word', () => {
    expect(pieces('https://example.org').map((piece) => piece.type)).toEqual(['word']);
  });

  it('read a quoted value back', () => {
    for (const value of ['The "Cold" Store', '“a\\b”', 'x*', '(y)', '@a:b'])
      expect(pieces(`in:${quote(value)}`)[0]?.value).toBe(value);
  });
});

describe('toggle', () => {
  it('adds a filter to an empty query', () => {
    expect(toggle('', 'kind', 'voice')).toBe('kind:voice');
  });

  it('takes out what it added', () => {
    expect(toggle(toggle('container', 'in', 'Night shift'), 'in', 'Night shift')).toBe('container');
  });

  it('joins several values of one field by OR', () => {
    const two = toggle(toggle('crane', 'from', '@a:x'), 'from', '@b:x');
    expect(two).toBe('crane (from:@a:x OR from:@b:x)');
    expect(valuesOf(two, 'from')).toEqual(['@a:x', '@b:x']);
    expect(toggle(two, 'from', '@a:x')).toBe('crane from:@b:x');
  });

  it('narrows a group of verdicts to one of them', () => {
    expect(toggle('quay verdict:locked', 'verdict', 'no_key')).toBe('quay verdict:no_key');
  });

  it('leaves a negated filter and a bracket of a person alone', () => {
    const query = 'NOT from:anna (in:quay OR crane)';
    expect(toggle(query, 'from', 'ben')).toBe(`${query} from:ben`);
    expect(valuesOf(query, 'in')).toEqual([]);
  });

  it('does not let an outer OR swallow the filter', () => {
    expect(toggle('crane OR quay', 'kind', 'text')).toBe('(crane OR quay) kind:text');
  });

  it('takes the AND along that joined a removed filter', () => {
    expect(toggle('crane AND kind:text', 'kind', 'text')).toBe('crane');
    expect(toggle('kind:text AND crane', 'kind', 'text')).toBe('crane');
  });
});

describe('between', () => {
  it('replaces all bounds, and names the day after the last', () => {
    const query = 'after:2020-01-01 crane before:2020-02-01 on:2020';
    expect(between(query, '2020-03-01', '2020-03-31')).toBe('crane after:2020-03-01 before:2020-04-01');
  });

  it('says one day as one', () => {
    expect(between('crane', '2020-03-01', '2020-03-01')).toBe('crane on:2020-03-01');
  });
});
