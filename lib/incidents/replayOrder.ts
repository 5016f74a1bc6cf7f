import type { RawEvent } from '../events/readEvent.ts';
import { readEvent } from '../events/readEvent.ts';
import type { ReplayInput } from './replay.ts';

/**
 * Recorded events in the order in which the API server wrote them, which is how a relay would have got them. A list is in
 * the order of names, so the order is taken from resourceVersion; where an event has none, from the time of the occurrence.
 * The moment of arrival is the latest occurrence so far: a series that is written late does not set the clock back.
 */
export function inArrivalOrder(events: readonly RawEvent[]): ReplayInput[] {
  const read = events.map((raw, place) => ({ raw, place, ...positionOf(raw) }));
  const hasVersions = read.every(({ version }) => version !== undefined);
  const order = hasVersions ? byVersion : byTime;
  let clock = 0;
  return read.sort(order).map(({ raw, time }) => {
    clock = Math.max(clock, time);
    return clock === 0 ? { raw } : { raw, receivedAt: clock };
  });
}

interface Position {
  readonly place: number;
  readonly version?: bigint | undefined;
  readonly time: number;
}

function byVersion(a: Position, b: Position): number {
  const [first = 0n, second = 0n] = [a.version, b.version];
  return first < second ? -1 : first > second ? 1 : a.place - b.place;
}

function byTime(a: Position, b: Position): number {
  return a.time - b.time || a.place - b.place;
}

/** What cannot be read keeps its place among the oldest; the replay names it. */
function positionOf(raw: RawEvent): { version?: bigint | undefined; time: number } {
  try {
    const { resourceVersion = '', lastOccurrence } = readEvent(raw);
    const time = Date.parse(lastOccurrence);
    return {
      version: /^\d{1,20}$/.test(resourceVersion) ? BigInt(resourceVersion) : undefined,
      time: Number.isNaN(time) ? 0 : time,
    };
  } catch {
    return { version: 0n, time: 0 };
  }
}
