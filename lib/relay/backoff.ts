/** Bounds of an exponential backoff, in milliseconds. */
export interface BackoffBounds {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before attempt `attempt` (1 = first retry): full jitter over an exponentially growing range, but never
 * less than a tenth of it, so that a crowd of relays neither moves in step nor turns unlucky draws into a request storm.
 *
 * @param random a number in [0, 1)
 */
export function backoffDelay(attempt: number, bounds: BackoffBounds, random: number): number {
  const range = Math.min(bounds.maxMs, bounds.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(range * (0.1 + 0.9 * random));
}

/** Resolves after `ms`, or at once when `signal` aborts: callers look at the signal, not at an exception. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
