import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coreEvent, eventsV1Event } from '../../test/fixtures/events/builders.ts';
import { occurrenceKeyOf } from './occurrence.ts';
import { isTimeText, utcMicroseconds } from './occurrenceTime.ts';
import { readEvent } from './readEvent.ts';

/** A time as text at any precision and offset, with the microsecond it names. */
const times = fc
  .record({
    second: fc.integer({ min: Date.UTC(1990) / 1000, max: Date.UTC(2200) / 1000 }),
    fraction: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 9 }),
    offset: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    utc: fc.boolean(),
  })
  .map(({ second, fraction, offset, utc }) => {
    const local = new Date((second + (utc ? 0 : offset * 60)) * 1000).toISOString().slice(0, 19);
    const absolute = Math.abs(offset);
    const pad = (value: number) => String(value).padStart(2, '0');
    const zone = utc ? 'Z' : `${offset < 0 ? '-' : '+'}${pad(Math.floor(absolute / 60))}:${pad(absolute % 60)}`;
    const micros = BigInt(second) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
    return { text: `${local}${fraction === '' ? '' : `.${fraction}`}${zone}`, micros };
  });

describe('occurrenceKeyOf', () => {
  it('is made of time, uid and count', () => {
    expect(occurrenceKeyOf(readEvent(coreEvent()))).toBe(
      '2026-11-20T13:39:12.000000Z#2f526e59-3701-46c8-b345-37a261dbb009#7',
    );
    expect(occurrenceKeyOf(readEvent(eventsV1Event()))).toBe(
      '2026-11-20T13:34:59.412516Z#6e212e39-34fe-4c40-8770-d7b91af16194#1',
    );
  });

  it('differs when the count grew and does not when the event is replayed', () => {
    const key = occurrenceKeyOf(readEvent(coreEvent()));
    expect(occurrenceKeyOf(readEvent(structuredClone(coreEvent())))).toBe(key);
    expect(occurrenceKeyOf(readEvent(coreEvent({ count: 8 })))).not.toBe(key);
  });

  it('cannot be forged into another key by a # in the uid', () => {
    const metadata = { name: 'x', uid: 'a#9', creationTimestamp: '2026-11-20T13:34:57Z' };
    expect(occurrenceKeyOf(readEvent(coreEvent({ metadata })))).toBe('2026-11-20T13:39:12.000000Z#a%239#7');
  });

  it('sorts as text in the order of time, whatever precision and offset the times have', () => {
    const keyAt = (text: string) => occurrenceKeyOf({ ...readEvent(coreEvent()), lastOccurrence: text });
    fc.assert(
      fc.property(times, times, (a, b) => {
        if (a.micros === b.micros) expect(keyAt(a.text)).toBe(keyAt(b.text));
        else expect(keyAt(a.text) < keyAt(b.text)).toBe(a.micros < b.micros);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('utcMicroseconds', () => {
  it.each([
    ['2026-11-20T13:34:57Z', '2026-11-20T13:34:57.000000Z'],
    ['2026-11-20T13:34:59.412516Z', '2026-11-20T13:34:59.412516Z'],
    ['2026-11-20T13:34:59.4Z', '2026-11-20T13:34:59.400000Z'],
    ['2026-11-20T13:34:59.412516789Z', '2026-11-20T13:34:59.412516Z'],
    ['2026-11-20T00:30:00+02:00', '2026-11-19T22:30:00.000000Z'],
    ['2026-12-31T23:30:00.5-01:00', '2027-01-01T00:30:00.500000Z'],
  ])('turns %s into %s', (text, expected) => {
    expect(utcMicroseconds(text)).toBe(expected);
  });
});

describe('isTimeText', () => {
  it.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-20',
    '2026-11-20 13:34:57Z',
    '2026-11-20T24:00:00Z',
    '',
  ])('refuses %j', (text) => {
    expect(isTimeText(text)).toBe(false);
  });

  it('accepts the leap day of a leap year', () => {
    expect(isTimeText('2028-02-29T00:00:00Z')).toBe(true);
  });
});
