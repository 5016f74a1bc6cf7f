import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyIndex } from './keyIndex.ts';

const keyArb = fc.stringMatching(/^[a-c]{1,3}\/[a-z0-9.-]{1,6}$/);

function indexOf(keys: Iterable<string>): KeyIndex<{ key: string }> {
  const index = new KeyIndex<{ key: string }>();
  for (const key of keys) index.add({ key });
  return index;
}

function keysOf(index: KeyIndex<{ key: string }>, from: string, before?: string): string[] {
  const seen: string[] = [];
  index.visit(from, before, ({ key }) => seen.push(key) > 0);
  return seen;
}

describe('the key index', () => {
  it('reads any range in order, whatever was added and removed, before or between reads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(keyArb, fc.constantFrom('add', 'remove', 'read')), { maxLength: 300 }),
        keyArb,
        fc.option(keyArb, { nil: undefined }),
        (steps, from, before) => {
          const index = new KeyIndex<{ key: string }>();
          const model = new Set<string>();
          for (const [key, what] of steps) {
            if (what === 'read') keysOf(index, key);
            else if (what === 'remove') {
              index.remove(key);
              model.delete(key);
            } else if (!model.has(key)) {
              index.add({ key });
              model.add(key);
            }
          }
          const expected = [...model].sort().filter((key) => key >= from && (before === undefined || key < before));
          expect(keysOf(index, from, before)).toEqual(expected);
          if (before === undefined || before >= from) expect(index.count(from, before)).toBe(expected.length);
        },
      ),
    );
  });

  it('stays right over many chunks, merged and inserted one by one', () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `k${(at * 7919) % 20_000}`.padEnd(8, '0'));
    const index = indexOf(keys.slice(0, 10_000));
    expect(keysOf(index, '')).toEqual(keys.slice(0, 10_000).sort());
    for (const key of keys.slice(10_000)) {
      index.add({ key });
      // Every count sorts the one key that was added.
      index.count('k5', 'k6');
    }
    expect(keysOf(index, '')).toEqual([...keys].sort());
    for (const key of keys.slice(0, 15_000)) index.remove(key);
    expect(keysOf(index, '')).toEqual(keys.slice(15_000).sort());
  });

  it('stops when its visitor has enough', () => {
    const seen: string[] = [];
    indexOf(['c', 'a', 'b']).visit('', undefined, ({ key }) => seen.push(key) < 2);
    expect(seen).toEqual(['a', 'b']);
  });
});
