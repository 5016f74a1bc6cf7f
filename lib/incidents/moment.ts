/**
 * When something happened, by two clocks: the one that stamped the event, and the one of the History table that took it
 * in. The first decides. The second is asked only when the first runs backwards, so that a node whose clock was wrong
 * and then corrected is not silent until its old time comes round again. Both are part of the stored record, so a
 * decision is the same however often and in whatever batches it is made.
 */
export interface Moment {
  /** Occurrence time, UTC text. */
  readonly at: string;
  /** When History took it in, epoch milliseconds. */
  readonly arrivedAt: number;
}

/** Records of one object can overtake each other by this much between relay and stream: several batches are in flight. */
const disorderMs = 60_000;

/** Epoch milliseconds of occurrence time text; 0 for what is no time. */
export function millisOf(at: string): number {
  const millis = Date.parse(at);
  return Number.isNaN(millis) ? 0 : millis;
}

/** Milliseconds from one moment to a later one; never negative. */
export function elapsedMs(from: Moment, to: Moment): number {
  const byOccurrence = millisOf(to.at) - millisOf(from.at);
  return byOccurrence >= 0 ? byOccurrence : Math.max(0, to.arrivedAt - from.arrivedAt);
}

/**
 * True when `moment` is a straggler: it happened before `other` and merely arrived later. Seconds are compared, because
 * core/v1 events have no finer time. What is out of order for longer than batches can overtake each other is a wrong clock,
 * not a straggler, unless it is known to be old news (`isBacklog`).
 */
export function isStraggler(moment: Moment, other: Moment, isBacklog: boolean): boolean {
  if (secondsOf(moment.at) >= secondsOf(other.at)) return false;
  return isBacklog || moment.arrivedAt - other.arrivedAt < disorderMs;
}

/** Whole seconds of occurrence time, within what four bytes hold. */
export function secondsOf(at: string): number {
  return clampSeconds(millisOf(at));
}

/** Epoch milliseconds as seconds within what four bytes hold. */
export function clampSeconds(millis: number): number {
  return Math.min(0xffffffff, Math.max(0, Math.floor(millis / 1000)));
}
