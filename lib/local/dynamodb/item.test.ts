import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalItem, canonicalNumber, storedItem } from './item.ts';

describe('canonicalItem', () => {
  it.each<[string, Parameters<typeof canonicalItem>[0], Parameters<typeof canonicalItem>[0], boolean]>([
    ['attributes in another order', { a: { S: 'x' }, b: { N: '1' } }, { b: { N: '1' }, a: { S: 'x' } }, true],
    ['the same number written differently', { a: { N: '1.50' } }, { a: { N: '15e-1' } }, true],
    ['sets in another order', { a: { SS: ['x', 'y'] } }, { a: { SS: ['y', 'x'] } }, true],
    ['number sets written differently', { a: { NS: ['1.0', '2'] } }, { a: { NS: ['2', '1'] } }, true],
    [
      'maps in another order',
      { a: { M: { x: { N: '1' }, y: { S: '' } } } },
      { a: { M: { y: { S: '' }, x: { N: '01' } } } },
      true,
    ],
    ['lists in another order', { a: { L: [{ S: 'x' }, { S: 'y' }] } }, { a: { L: [{ S: 'y' }, { S: 'x' }] } }, false],
    ['text and number', { a: { S: '1' } }, { a: { N: '1' } }, false],
    ['one attribute more', { a: { S: '1' } }, { a: { S: '1' }, b: { NULL: true } }, false],
  ])('%s', (_name, left, right, same) => {
    expect(canonicalItem(left) === canonicalItem(right)).toBe(same);
  });
});

describe('numbers', () => {
  it.each([
    ['0', '0'],
    ['-0.000', '0'],
    ['1e3', '1000'],
    ['1.10', '1.1'],
    ['-12.5e-3', '-0.0125'],
    ['123456789012345678901234567890.5', '123456789012345678901234567890.5'],
  ])('%s is stored as %s', (text, stored) => {
    expect(storedItem({ n: { N: text } })).toEqual({ n: { N: stored } });
  });

  it('are the same exactly when they are the same', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 12 }), (value, zeros) => {
        expect(canonicalNumber(`${value}.${'0'.repeat(zeros)}`)).toBe(canonicalNumber(String(value)));
        expect(canonicalNumber(String(value + 1))).not.toBe(canonicalNumber(String(value)));
      }),
    );
  });

  it('survive storing in lists, maps and sets', () => {
    expect(storedItem({ a: { L: [{ N: '1.0' }, { M: { b: { NS: ['2.0'] } } }] } })).toEqual({
      a: { L: [{ N: '1' }, { M: { b: { NS: ['2'] } } }] },
    });
  });
});
