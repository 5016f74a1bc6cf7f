import { expect, it } from 'vitest';
import { Throttle } from './Throttle.ts';

it('takes a burst at once, then the rate', () => {
  const throttle = new Throttle({ rate: 10, burst: 3 }, 0);
  expect([0, 0, 0, 0].map((at) => throttle.admits(at))).toEqual([true, true, true, false]);
  expect([50, 100, 100, 199, 200].map((at) => throttle.admits(at))).toEqual([false, true, false, false, true]);
  expect(Array.from({ length: 5 }, () => throttle.admits(60_000))).toEqual([true, true, true, false, false]);
});
