import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AppliedKeys,
  appliedToken,
  lookUp,
  maxApplied,
  packTokens,
  remember,
  unpackTokens,
} from './appliedKeys.ts';
import { startedAt, timeAt } from './occurrence.builder.ts';

const tokenAt = (ms: number, arrivedMs = ms) =>
  appliedToken(`key-${ms}-${arrivedMs}`, { at: timeAt(ms), arrivedAt: startedAt + arrivedMs });

function rememberAll(tokens: readonly string[]): AppliedKeys {
  return tokens.reduce(remember, { applied: [] } as AppliedKeys);
}

describe('memory of applied occurrences', () => {
  it('knows the latest by name and all older ones by the floor', () => {
    const tokens = Array.from({ length: maxApplied * 3 }, (_, index) => tokenAt(index * 1_000));
    const memory = rememberAll(tokens);
    expect(memory.applied).toHaveLength(maxApplied);
    expect(tokens.map((token) => lookUp(memory, token))).not.toContain('new');
  });

  it('lets go of names a quarter of an hour old', () => {
    const memory = rememberAll([tokenAt(0), tokenAt(1_000), tokenAt(20 * 60_000)]);
    expect(memory.applied).toHaveLength(1);
    expect(lookUp(memory, tokenAt(0))).toBe('forgotten');
  });

  it('takes an occurrence for new when either clock is past the floor', () => {
    const memory = rememberAll([tokenAt(10_000, 10_000), tokenAt(20 * 60_000)]);
    expect(lookUp(memory, tokenAt(5_000, 11_000))).toBe('new');
    expect(lookUp(memory, tokenAt(11_000, 5_000))).toBe('new');
    expect(lookUp(memory, tokenAt(9_000, 9_000))).toBe('forgotten');
  });

  it('never takes an applied occurrence for new, whatever the clocks do', () => {
    const clocks = fc.record({
      at: fc.integer({ min: -1e12, max: 1e12 }),
      arrivedAt: fc.integer({ min: 0, max: 1e10 }),
    });
    fc.assert(
      fc.property(fc.array(clocks, { maxLength: 150 }), (moments) => {
        const tokens = moments.map(({ at, arrivedAt }, index) => {
          return appliedToken(`key-${index}`, { at: timeAt(at), arrivedAt: startedAt + arrivedAt });
        });
        const memory = rememberAll(tokens);
        expect(tokens.map((token) => lookUp(memory, token))).not.toContain('new');
      }),
    );
  });

  it('packs into 14 bytes each and comes back in order', () => {
    const tokens = Array.from({ length: 20 }, (_, index) => tokenAt(index * 1_000));
    const packed = packTokens(tokens);
    expect(packed.length).toBe(20 * 14);
    expect(unpackTokens(packed)).toEqual(tokens);
  });
});
