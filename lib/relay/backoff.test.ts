import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelay, pause } from './backoff.ts';

test('delays grow to their bound and are never nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, random) => {
        const delay = backoffDelay(attempt, { baseMs: 100, maxMs: 5_000 }, random);
        expect(delay).toBeGreaterThanOrEqual(10);
        expect(delay).toBeLessThanOrEqual(Math.min(5_000, 100 * 2 ** (attempt - 1)));
      },
    ),
  );
});

test('a pause ends early when the work is called off', async () => {
  const stop = new AbortController();
  const startedAt = Date.now();
  setTimeout(() => stop.abort(), 10);
  await pause(10_000, stop.signal);
  expect(Date.now() - startedAt).toBeLessThan(2_000);
});
