import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob.ts';
import { covers, coversAll } from './patternCover.ts';

describe('covers', () => {
  it.each([
    ['*', 'anything*', true],
    ['team-*', 'team-a', true],
    ['team-*', 'team-*-prod', true],
    ['team-a*', 'team-*', false],
    ['*-prod', 'team-*-prod', true],
    ['a*c', 'abc', true],
    ['abc', 'a*c', false],
    ['*Failed', 'Failed', true],
    ['Failed', '*Failed', false],
  ])('%s covers %s: %s', (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });

  it('never claims too much: what fits the narrow pattern fits the wide one', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
    const filling = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });
    fc.assert(
      fc.property(pattern, pattern, fc.array(filling, { minLength: 6, maxLength: 6 }), (wide, narrow, fillings) => {
        fc.pre(covers(wide, narrow));
        let next = 0;
        const text = narrow.replaceAll('*', () => fillings[next++] ?? '');
        expect(compileGlob(narrow)(text)).toBe(true);
        expect(compileGlob(wide)(text)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes lists pattern by pattern', () => {
    expect(coversAll(['a*', 'b'], ['ab', 'b'])).toBe(true);
    expect(coversAll(['a*', 'b'], ['ab', 'c'])).toBe(false);
    expect(coversAll([], [])).toBe(true);
  });
});
