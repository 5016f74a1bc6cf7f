import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSilences, type Silence, silenceSchema } from './silence.ts';

describe('a silence', () => {
  it.each<[string, Silence, string, boolean]>([
    ['inside', { from: '09:00', to: '17:00' }, '2026-11-20T12:00:00Z', true],
    ['at its beginning', { from: '09:00', to: '17:00' }, '2026-11-20T09:00:00.000001Z', true],
    ['at its end', { from: '09:00', to: '17:00' }, '2026-11-20T17:00:00Z', false],
    ['before', { from: '09:00', to: '17:00' }, '2026-11-20T08:59:59.999999Z', false],
    ['before midnight', { from: '22:00', to: '06:00' }, '2026-11-20T23:30:00Z', true],
    ['after midnight', { from: '22:00', to: '06:00' }, '2026-11-21T05:59:00Z', true],
    ['by day', { from: '22:00', to: '06:00' }, '2026-11-20T12:00:00Z', false],
    ['until midnight', { from: '18:00', to: '24:00' }, '2026-11-20T23:59:59Z', true],
    ['the whole day', { from: '00:00', to: '24:00' }, '2026-11-20T12:00:00Z', true],
    // 2026-11-20 is a Friday.
    ['on its day', { from: '09:00', to: '17:00', days: ['Fri'] }, '2026-11-20T12:00:00Z', true],
    ['on another day', { from: '09:00', to: '17:00', days: ['Mon', 'Sat'] }, '2026-11-20T12:00:00Z', false],
    ['the night that began on its day', { from: '22:00', to: '06:00', days: ['Fri'] }, '2026-11-21T03:00:00Z', true],
    ['the night before its day', { from: '22:00', to: '06:00', days: ['Fri'] }, '2026-11-20T03:00:00Z', false],
    ['in its own time zone', { from: '22:00', to: '06:00', timeZone: 'Asia/Tokyo' }, '2026-11-20T14:00:00Z', true],
    ['in summer time', { from: '08:00', to: '09:00', timeZone: 'Europe/Berlin' }, '2026-07-01T06:30:00Z', true],
    ['in winter time', { from: '08:00', to: '09:00', timeZone: 'Europe/Berlin' }, '2026-12-01T06:30:00Z', false],
    [
      'between two moments',
      { from: '2026-11-20T10:00:00+01:00', to: '2026-11-20T12:00:00Z' },
      '2026-11-20T09:00:00Z',
      true,
    ],
    [
      'after two moments',
      { from: '2026-11-20T10:00:00+01:00', to: '2026-11-20T12:00:00Z' },
      '2026-11-20T12:00:00Z',
      false,
    ],
    ['at a time that is none', { from: '00:00', to: '24:00' }, 'yesterday', false],
  ])('%s: %j at %s is %s', (_, silence, at, expected) => {
    expect(silenceSchema.safeParse(silence).success).toBe(true);
    expect(compileSilences([silence])(at)).toBe(expected);
  });

  it('of several is silent when one is', () => {
    const test = compileSilences([
      { from: '01:00', to: '02:00' },
      { from: '03:00', to: '04:00' },
    ]);
    expect(['01:30', '02:30', '03:30'].map((time) => test(`2026-11-20T${time}:00Z`))).toEqual([true, false, true]);
  });

  it('gives the same answer whatever was asked before', () => {
    const silences: Silence[] = [{ from: '22:00', to: '06:00', timeZone: 'America/New_York' }];
    const shared = compileSilences(silences);
    const moment = fc.date({ min: new Date('2026-03-01'), max: new Date('2026-12-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, (at) => {
        expect(shared(at.toISOString())).toBe(compileSilences(silences)(at.toISOString()));
      }),
      { numRuns: 200 },
    );
  });

  it.each<[unknown, RegExp]>([
    [{ from: '22:00' }, /to/],
    [{ from: '25:00', to: '06:00' }, /times of day/],
    [{ from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' }, /time zone database.*Mars/],
    [{ from: '22:00', to: '06:00', days: ['Friday'] }, /Mon, Tue/],
    [{ from: '2026-11-20T10:00:00Z', to: '2026-11-19T10:00:00Z' }, /after from/],
    [{ from: '2026-11-20', to: '2026-11-21' }, /two moments such as/],
    [{ from: 79200, to: '06:00' }, /from/],
  ])('refuses %j', (silence, expected) => {
    const issue = silenceSchema.safeParse(silence).error?.issues[0];
    expect(issue?.message).toMatch(expected);
  });
});
