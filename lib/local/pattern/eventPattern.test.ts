import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusedElements, refusedPatterns } from '../../../test/oracle/patternPairs.ts';
import { compileEventPattern } from './eventPattern.ts';
import type { JsonObject, JsonValue } from './json.ts';

const matches = (pattern: JsonValue, event: JsonObject): boolean => compileEventPattern(pattern).matches(event);

describe('one operator on one field', () => {
  it.each<[JsonValue, JsonValue[], JsonValue[]]>([
    ['a', ['a', ['b', 'a']], ['A', 'ab', null, ['b'], []]],
    [5, [5, 5.0, [5]], ['5', 6]],
    [true, [true], ['true', false]],
    [null, [null, [null]], ['null', 0, []]],
    [{ exists: true }, ['', null, 0, ['x']], [[], {}, { deeper: 1 }]],
    [{ exists: false }, [[], {}, { deeper: 1 }], ['', null]],
    [{ prefix: 'ab' }, ['ab', 'abc'], ['a', 'Ab', 5]],
    [{ prefix: { 'equals-ignore-case': 'AB' } }, ['abc', 'aBc'], ['a', 'ba']],
    [{ suffix: '.png' }, ['a.png', '.png'], ['png', 'a.PNG']],
    [{ suffix: { 'equals-ignore-case': '.png' } }, ['a.PNG'], ['a.jpg']],
    [{ 'equals-ignore-case': 'alice' }, ['ALICE', 'Alice'], ['alic', 'alicee', 1]],
    [{ 'anything-but': 'a' }, ['b', 5, null, ['a', 'b']], ['a', []]],
    [{ 'anything-but': ['a', 'b'] }, ['c'], ['a', 'b', ['a', 'b']]],
    [{ 'anything-but': [1, 2] }, [3, '1'], [1, 2]],
    [{ 'anything-but': { prefix: 'init' } }, ['x', 5], ['initial']],
    [{ 'anything-but': { prefix: ['in', 'st'] } }, ['x'], ['init', 'stop']],
    [{ 'anything-but': { suffix: 'ing' } }, ['run'], ['running']],
    [{ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }, ['c'], ['A', 'b']],
    [{ 'anything-but': { wildcard: '*/lib/*' } }, ['/usr/bin'], ['/usr/lib/x']],
    [{ numeric: ['=', 3.018e2] }, [301.8], [301, '301.8']],
    [{ numeric: ['>', 0, '<=', 5] }, [0.1, 5], [0, 5.1, '3']],
    [{ numeric: ['<', 10] }, [9.99, -1e9], [10]],
    [{ cidr: '10.0.0.0/24' }, ['10.0.0.0', '10.0.0.255'], ['10.0.1.0', 'text', 10]],
    [{ cidr: '2001:db8::/32' }, ['2001:db8::1', '2001:DB8:ffff::'], ['2001:db9::1', '10.0.0.1']],
    ['2001:db8::1', ['2001:db8:0::1'], ['2001:db8::2']],
    [{ wildcard: 'a*c' }, ['ac', 'abc', 'abcbc'], ['ab', 'c', 'abcd']],
    [{ wildcard: '*' }, ['', 'x'], [5]],
    [{ wildcard: 'a\\*\\\\*' }, ['a*\\', 'a*\\z'], ['ab\\', 'a*']],
  ])('%j', (element, accepted, refused) => {
    for (const value of accepted) expect(matches({ f: [element] }, { f: value }), JSON.stringify(value)).toBe(true);
    for (const value of refused) expect(matches({ f: [element] }, { f: value }), JSON.stringify(value)).toBe(false);
  });
});

describe('whole patterns', () => {
  it.each<[string, JsonValue, JsonObject, boolean]>([
    ['every field must match', { a: [1], b: [2] }, { a: 1, b: 3 }, false],
    ['any element of an array may match', { a: [1, 2] }, { a: 2 }, true],
    ['fields of one array element belong together', { a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    ['… and match when one element has both', { a: { b: [1], c: [2] } }, { a: [{ b: 0 }, { b: 1, c: 2 }] }, true],
    ['$or needs one alternative', { $or: [{ a: [1] }, { b: [2] }] }, { b: 2 }, true],
    ['$or is joined with its siblings', { c: [3], $or: [{ a: [1] }, { b: [2] }] }, { b: 2, c: 4 }, false],
    ['$or nests', { $or: [{ a: [1] }, { b: [2], $or: [{ c: [3] }, { d: [4] }] }] }, { b: 2, d: 4 }, true],
    ['a missing field fails unless absence is asked for', { a: [{ exists: false }, 'x'] }, {}, true],
  ])('%s', (_name, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it.each(refusedPatterns.map((pattern) => [JSON.stringify(pattern), pattern] as const))(
    'refuses %s',
    (_text, pattern) => {
      expect(() => compileEventPattern(pattern)).toThrow(expect.objectContaining({ code: 'ConfigInvalid' }));
    },
  );

  it.each(refusedElements.map((element) => [JSON.stringify(element), element] as const))(
    'refuses [%s]',
    (_text, element) => {
      expect(() => compileEventPattern({ f: [element] })).toThrow(expect.objectContaining({ code: 'ConfigInvalid' }));
    },
  );
});

describe('properties', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

  it('an event matches the pattern that lists its own leaves', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => key !== '$or'),
          scalar,
          { minKeys: 1 },
        ),
        (event) => {
          const pattern = Object.fromEntries(Object.entries(event).map(([key, value]) => [key, [value]]));
          expect(matches(pattern, event)).toBe(true);
        },
      ),
    );
  });

  it('anything-but a text is the opposite of that text, for present values', () => {
    fc.assert(
      fc.property(fc.string(), scalar, (text, value) => {
        expect(matches({ f: [{ 'anything-but': { 'equals-ignore-case': text } }] }, { f: value })).toBe(
          !matches({ f: [{ 'equals-ignore-case': text }] }, { f: value }),
        );
      }),
    );
  });
});
