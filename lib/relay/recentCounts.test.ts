import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentCounts } from './recentCounts.ts';

test('an occurrence is never taken for an old one, however small the table', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uuid(), fc.integer({ min: 1, max: 5 })), { maxLength: 200 }),
      fc.constantFrom(1, 8, 1_024),
      (updates, size) => {
        const recent = new RecentCounts(size);
        const highest = new Map<string, number>();
        for (const [uid, count] of [...updates, ...updates]) {
          const isNew = count > (highest.get(uid) ?? 0);
          if (isNew) expect(recent.hasGrown(uid, count)).toBe(true);
          else recent.hasGrown(uid, count);
          highest.set(uid, Math.max(count, highest.get(uid) ?? 0));
        }
      },
    ),
  );
});

test('an update without a higher count is none', () => {
  const recent = new RecentCounts();
  expect(recent.hasGrown('a', 3)).toBe(true);
  expect(recent.hasGrown('a', 3)).toBe(false);
  expect(recent.hasGrown('a', 2)).toBe(false);
  expect(recent.hasGrown('a', 4)).toBe(true);
});
