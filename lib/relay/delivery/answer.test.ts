import { describe, expect, test } from 'vitest';
import { isSkewed, readAnswer, readRetryAfter, readSkew } from './answer.ts';

const at = Date.UTC(2026, 10, 20, 12);
const answer = (status: number, body = '', headers: Record<string, string> = {}) => ({
  status,
  body,
  headers,
  sentAt: at - 100,
  answeredAt: at,
});

describe('an answer to three events', () => {
  test.each([
    [200, '{"accepted":3,"rejected":[]}', 'acknowledged'],
    [200, '{"accepted":2,"rejected":[{"index":1,"code":"EventFieldMissing","message":"m"}]}', 'acknowledged'],
    [200, '{"accepted":2,"rejected":[]}', 'retry'],
    [200, '{}', 'retry'],
    [200, 'OK', 'retry'],
    [200, '', 'retry'],
    [400, '', 'poison'],
    [413, '', 'poison'],
    [422, '{"error":{"code":"BodyInvalid","message":"m"}}', 'poison'],
    [401, '', 'forbidden'],
    [403, '{"message":"Forbidden"}', 'forbidden'],
    [408, '', 'retry'],
    [429, '', 'retry'],
    [500, '', 'retry'],
    [504, '', 'retry'],
    [301, '', 'misdirected'],
    [404, '', 'misdirected'],
    [204, '', 'misdirected'],
    [415, '', 'misdirected'],
  ])('of %i %s is %s', (status, body, kind) => {
    expect(readAnswer(answer(status, body), 3).kind).toBe(kind);
  });
});

test.each([
  ['7', 7_000],
  ['0', 0],
  [new Date(at + 5_000).toUTCString(), 5_000],
  ['86400', 600_000],
  [new Date(at - 5_000).toUTCString(), undefined],
  ['soon', undefined],
])('Retry-After %s waits %s ms', (header, ms) => {
  expect(readRetryAfter(answer(429, '', { 'retry-after': header }))).toBe(ms);
});

test('the clocks are compared by Date, unless a cache or a slow request made it meaningless', () => {
  const date = new Date(at + 600_000).toUTCString();
  expect(readSkew(answer(403, '', { date }))).toBe(600_000);
  expect(readSkew(answer(403, '', { date, age: '3' }))).toBeUndefined();
  expect(readSkew({ ...answer(403, '', { date }), sentAt: at - 16 * 60_000 })).toBeUndefined();
  expect(readSkew(answer(403))).toBeUndefined();
  expect(isSkewed(600_000)).toBe(true);
  expect(isSkewed(-600_000)).toBe(true);
  expect(isSkewed(60_000)).toBe(false);
});
