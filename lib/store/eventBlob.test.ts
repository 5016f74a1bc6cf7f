import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeEvent, encodeEvent } from './eventBlob.ts';
import { eventDictionary1 } from './eventDictionary.ts';

it('gives back every JSON object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (event) => {
      expect(decodeEvent(encodeEvent(event))).toEqual(JSON.parse(JSON.stringify(event)));
    }),
  );
});

it('uses a dictionary that has not changed since items were first written with it', () => {
  expect(createHash('sha256').update(eventDictionary1).digest('hex')).toBe(
    'a01bb2038270e2d64171ce44b03f9d46d07ad81b5265cfe36a7af1d817c9683b',
  );
});

it('still reads a blob from the first day', () => {
  const blob = Buffer.from('AcPIZViSCTQoiOmGK9UCAA==', 'base64');
  expect(decodeEvent(blob)).toEqual({ kind: 'Event', reason: 'BackOff', note: 'Back-off restarting failed container' });
});

it('refuses bytes it did not write', () => {
  expect(() => decodeEvent(new Uint8Array([9, 1, 2]))).toThrow(/encoding 9/);
});
