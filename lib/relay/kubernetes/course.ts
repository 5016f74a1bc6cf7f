import { type BackoffBounds, backoffDelay } from '../backoff.ts';
import type { AttemptEnd, Step } from './attemptEnd.ts';
import type { EventApi } from './resource.ts';

/** Where a source stands between two attempts. */
export interface Course {
  readonly step: Step;
  readonly api: EventApi;
  /** Attempts in a row that brought nothing. Lists may work while every watch ends at once, so a list does not reset it. */
  readonly failures: number;
  /** The version after which the last unreadable line came. */
  readonly corruptAt: string | undefined;
}

/** What the attempt that just ended was like. */
export interface AttemptFacts {
  /** Everything up to here was taken in. */
  readonly reached: string | undefined;
  /** A watch delivered an event, or lived long enough to be a good one. */
  readonly isRecovery: boolean;
}

/** Paces of a source. */
export interface Pace {
  readonly retry: BackoffBounds;
  /** After answers that only a person can change. */
  readonly slowRetryMs: number;
}

/**
 * The one place that knows what follows what: given how an attempt ended, what to do next and how long to wait before. Every
 * way to end that is not progress makes the next wait longer, so no server can provoke a storm of requests.
 *
 * @param random a number in [0, 1)
 */
export function nextCourse(
  before: Course,
  end: Exclude<AttemptEnd, { kind: 'stopped' }>,
  facts: AttemptFacts,
  pace: Pace,
  random: number,
): { course: Course; delayMs: number } {
  const calm = facts.isRecovery ? { ...before, failures: 0 } : before;
  const delay = (attempt: number): number => backoffDelay(Math.max(1, attempt), pace.retry, random);
  if (end.kind === 'done') {
    return { course: { ...calm, step: end.next }, delayMs: before.step === 'watch' ? delay(1 + calm.failures) : 0 };
  }
  const course = { ...calm, failures: calm.failures + 1 };
  switch (end.kind) {
    case 'stale':
      // The first list comes at once; when lists do not help, there is time.
      return { course: { ...course, step: 'list' }, delayMs: course.failures === 1 ? 0 : delay(course.failures - 1) };
    case 'idle':
      return { course: { ...course, step: 'probe' }, delayMs: delay(course.failures) };
    case 'stalled':
      // Not the server's fault: the source waits for room and goes on.
      return { course: { ...calm, step: 'probe' }, delayMs: 0 };
    case 'corrupt': {
      // Once may be the network's doing. The same place twice is the server's, and a list isolates the object.
      const isRepeated = before.corruptAt === (facts.reached ?? '');
      const step = isRepeated ? 'list' : 'watch';
      return { course: { ...course, step, corruptAt: facts.reached ?? '' }, delayMs: delay(course.failures) };
    }
    case 'failed':
      return { course: { ...course, step: afterFailure(before.step) }, delayMs: delay(course.failures) };
    case 'refused':
      return afterRefusal(course, end, pace, delay(course.failures));
  }
}

function afterRefusal(
  course: Course,
  { status, retryAfterMs = 0 }: Extract<AttemptEnd, { kind: 'refused' }>,
  pace: Pace,
  backoffMs: number,
): { course: Course; delayMs: number } {
  if (status.code === 404 && course.api === 'events.k8s.io/v1') return { course: { ...course, api: 'v1' }, delayMs: 0 };
  const step = status.code === 410 ? 'list' : afterFailure(course.step);
  const isForPeople = status.code === 403 || status.code === 404;
  return {
    course: { ...course, step },
    delayMs: Math.max(retryAfterMs, backoffMs, isForPeople ? pace.slowRetryMs : 0),
  };
}

/** A watch that was refused or broken may be one whose version the server does not know (any more): ask before insisting. */
function afterFailure(step: Step): Step {
  return step === 'watch' ? 'probe' : step;
}
