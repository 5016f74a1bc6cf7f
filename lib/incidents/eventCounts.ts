import { createHash } from 'node:crypto';

/** Last known count per Event object, by a short hash of its uid; insertion order is age. */
export type EventCounts = Readonly<Record<string, number>>;

/** Event objects remembered per incident. */
export const maxCountedEvents = 64;

/** What an occurrence adds to the total, and the counts after it. */
export interface Counted {
  /** Occurrences since the last known count; 0 when the count did not grow. */
  readonly added: number;
  readonly counts: EventCounts;
}

/**
 * Counts one occurrence. An Event object carries a running total, so what is new is the difference to the last known one.
 * An object not known adds its whole count, except when some were forgotten: it may be one of them, so it adds 1.
 */
export function countOccurrence(counts: EventCounts, uid: string, count: number): Counted {
  const name = shortName(uid);
  const known = counts[name];
  if (known !== undefined && count <= known) return { added: 0, counts };
  const isFull = Object.keys(counts).length >= maxCountedEvents;
  const added = known !== undefined ? count - known : isFull ? 1 : count;
  const { [name]: _, ...others } = counts;
  return { added, counts: keepNewest({ ...others, [name]: count }) };
}

function keepNewest(counts: EventCounts): EventCounts {
  const entries = Object.entries(counts);
  return entries.length <= maxCountedEvents ? counts : Object.fromEntries(entries.slice(-maxCountedEvents));
}

/** The leading letter keeps insertion order: names of digits only would sort first in a JavaScript object. */
function shortName(uid: string): string {
  return `u${createHash('sha256').update(uid).digest('base64url').slice(0, 9)}`;
}
