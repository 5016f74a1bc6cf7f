import { expect, test, vi } from 'vitest';
import { Attempts } from './attempts.ts';

const never = new AbortController().signal;

async function settled(promise: Promise<boolean>): Promise<boolean> {
  let isDone = false;
  void promise.then(() => {
    isDone = true;
  });
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  return isDone;
}

test('a failure halves what may run at once and holds everybody back; successes give it back one by one', async () => {
  vi.useFakeTimers();
  try {
    const attempts = new Attempts(4);
    await attempts.acquire(never);
    attempts.failed(performance.now(), () => 1_000);
    attempts.release();
    expect(attempts.limit).toBe(2);
    const first = attempts.acquire(never);
    const second = attempts.acquire(never);
    expect(await settled(first)).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await settled(first)).toBe(true);
    attempts.failed(performance.now(), () => 5_000);
    expect(attempts.limit).toBe(1);
    attempts.release();
    expect(attempts.failures).toBe(2);
    await vi.advanceTimersByTimeAsync(4_999);
    attempts.release();
    const third = attempts.acquire(never);
    expect(await settled(third)).toBe(false);
    attempts.hurry();
    expect(await settled(third)).toBe(true);
    attempts.succeeded(0);
    expect(attempts.limit).toBe(2);
    expect(attempts.failures).toBe(0);
    await second;
  } finally {
    vi.useRealTimers();
  }
});

test('no more than the limit run at once, and the limit opens to four times what is usual', async () => {
  const attempts = new Attempts(3);
  let active = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      await attempts.acquire(never);
      active += 1;
      most = Math.max(most, active);
      expect(active).toBeLessThanOrEqual(attempts.limit);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
      attempts.succeeded(0);
      attempts.release();
    }),
  );
  expect(most).toBeGreaterThan(3);
  expect(most).toBeLessThanOrEqual(12);
  expect(attempts.active).toBe(0);
});

test('who waits is let go when the work is called off', async () => {
  const stop = new AbortController();
  const attempts = new Attempts(1);
  attempts.failed(performance.now(), () => 60_000);
  const waiting = attempts.acquire(stop.signal);
  stop.abort();
  expect(await waiting).toBe(false);
  expect(await attempts.acquire(stop.signal)).toBe(false);
  expect(attempts.active).toBe(0);
});
