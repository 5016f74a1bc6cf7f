/** Time as an adapter needs it; tests pass their own and never wait. */
export interface Pace {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** The real clock. */
export const realPace: Pace = {
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};

/**
 * Wait before attempt number `attempt` (0 for the first repeat): anything up to a bound that doubles. Full jitter, because
 * equal waits would send every throttled writer back at the same moment.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitter(attempt: number, random: () => number, baseMs = 50, capMs = 2_000): number {
  return random() * Math.min(capMs, baseMs * 2 ** attempt);
}

/** Runs `task` over `items`, at most `width` at a time, in order of start. The first failure is thrown once all running ones ended. */
export async function eachLimited<T>(items: readonly T[], width: number, task: (item: T) => Promise<void>) {
  const queue = items.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of queue) {
      if (failures.length > 0) return;
      await task(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
