/**
 * Milliseconds on a clock that only runs forward, for every interval and deadline: the wall clock jumps when a node's time is
 * corrected, and a relay must neither sleep for the hours it jumped back nor fire everything at once.
 */
export function monotonicMs(): number {
  return performance.now();
}

/** What the wall clock would show now for a moment on {@link monotonicMs}. */
export function wallTime(at: number): Date {
  return new Date(Date.now() - (monotonicMs() - at));
}
