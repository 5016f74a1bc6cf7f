import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['500ms', 500],
  ['0s', 0],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1_500],
  ['2d', 172_800_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 'm', '5 m', '-5m', '5m!', 'five minutes', '1e3s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
