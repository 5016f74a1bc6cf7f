import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttemptEnd } from './attemptEnd.ts';
import { type Course, nextCourse } from './course.ts';

const pace = { retry: { baseMs: 100, maxMs: 5_000 }, slowRetryMs: 60_000 };
const start: Course = { step: 'watch', api: 'events.k8s.io/v1', failures: 0, corruptAt: undefined };
const nothingNew = { reached: '7', isRecovery: false };
type End = Exclude<AttemptEnd, { kind: 'stopped' }>;

const refused = (code: number, more: { retryAfterMs?: number } = {}): End => ({
  kind: 'refused',
  status: { code, reason: 'R', message: 'm' },
  ...more,
});

describe('after', () => {
  test.each<[string, Partial<Course>, End, Partial<Course>, [number, number]]>([
    ['a watch that the server ended', {}, { kind: 'done', next: 'watch' }, { step: 'watch' }, [10, 100]],
    ['a list', { step: 'list' }, { kind: 'done', next: 'watch' }, { step: 'watch' }, [0, 0]],
    ['a first stale watch', {}, { kind: 'stale', form: 'http410' }, { step: 'list', failures: 1 }, [0, 0]],
    ['a third stale watch', { failures: 2 }, { kind: 'stale', form: 'empty' }, { step: 'list' }, [20, 200]],
    ['silence', {}, { kind: 'idle' }, { step: 'probe' }, [10, 100]],
    ['back-pressure', {}, { kind: 'stalled' }, { step: 'probe', failures: 0 }, [0, 0]],
    ['a first unreadable line', {}, { kind: 'corrupt' }, { step: 'watch', corruptAt: '7' }, [10, 100]],
    ['the same unreadable line', { corruptAt: '7' }, { kind: 'corrupt' }, { step: 'list' }, [10, 100]],
    ['another unreadable line', { corruptAt: '5' }, { kind: 'corrupt' }, { step: 'watch' }, [10, 100]],
    ['a broken watch', {}, { kind: 'failed', reason: 'r' }, { step: 'probe' }, [10, 100]],
    ['a broken list', { step: 'list' }, { kind: 'failed', reason: 'r' }, { step: 'list' }, [10, 100]],
    ['410 on a list', { step: 'list' }, refused(410), { step: 'list' }, [10, 100]],
    ['410 on a watch', {}, refused(410), { step: 'list' }, [10, 100]],
    ['504 on a watch (version too large)', {}, refused(504), { step: 'probe' }, [10, 100]],
    ['429 with Retry-After', {}, refused(429, { retryAfterMs: 9_000 }), { step: 'probe' }, [9_000, 9_000]],
    ['403', { step: 'list' }, refused(403), { step: 'list' }, [60_000, 60_000]],
    ['404 of the newer API', { step: 'list' }, refused(404), { step: 'list', api: 'v1' }, [0, 0]],
    ['404 of both APIs', { step: 'list', api: 'v1' }, refused(404), { api: 'v1' }, [60_000, 60_000]],
  ])('%s', (_title, before, end, after, [least, most]) => {
    for (const random of [0, 0.5, 0.999]) {
      const { course, delayMs } = nextCourse({ ...start, ...before }, end, nothingNew, pace, random);
      expect(course).toMatchObject(after);
      expect(delayMs).toBeGreaterThanOrEqual(least);
      expect(delayMs).toBeLessThanOrEqual(most);
    }
  });

  test('a watch that delivered, waits are short again', () => {
    const tired = { ...start, failures: 20 };
    expect(
      nextCourse(tired, { kind: 'failed', reason: 'r' }, { reached: '9', isRecovery: true }, pace, 0.999).delayMs,
    ).toBeLessThanOrEqual(100);
    expect(nextCourse(tired, { kind: 'failed', reason: 'r' }, nothingNew, pace, 0.999).delayMs).toBeGreaterThan(4_000);
  });
});

test('no sequence of answers makes a storm: without progress, requests become rare', () => {
  const end = fc.constantFrom<End>(
    { kind: 'done', next: 'watch' },
    { kind: 'stale', form: 'empty' },
    { kind: 'stale', form: 'error410' },
    { kind: 'idle' },
    { kind: 'corrupt' },
    { kind: 'failed', reason: 'r' },
    refused(500),
    refused(429),
    refused(404),
  );
  fc.assert(
    fc.property(
      fc.array(end, { minLength: 30, maxLength: 30 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (ends, random) => {
        let course = start;
        let total = 0;
        for (const each of ends) {
          // A list or a probe that works does so at once, and then comes the watch.
          const isQuick =
            course.step !== 'watch' && (each.kind === 'stale' || each.kind === 'corrupt' || each.kind === 'idle');
          const next = nextCourse(course, isQuick ? { kind: 'done', next: 'watch' } : each, nothingNew, pace, random);
          course = next.course;
          total += next.delayMs;
        }
        // 30 attempts at the pace of a healthy stream that ends over and over: never faster than ten a second.
        expect(total).toBeGreaterThan(30 * 0.1 * 100 * 0.3);
      },
    ),
  );
});
