import { createHash } from 'node:crypto';

/** What an incident remembers of the Event objects behind it: the last known running total of each. */
export interface EventCounts {
  /** By a short hash of the object's uid; insertion order is age. */
  readonly counts: Readonly<Record<string, number>>;
  /** True once a total was dropped or set back: what is not known then may have been. */
  readonly hasForgottenCounts: boolean;
}

/** Event objects remembered per incident. */
export const maxCountedEvents = 64;

/** The counts of an incident that has not happened yet. */
export const noCounts: EventCounts = { counts: {}, hasForgottenCounts: false };

/** What an occurrence adds to the total, and the counts after it. */
export interface Counted {
  /** Occurrences since the last known total; 0 when it did not grow. */
  readonly added: number;
  readonly memory: EventCounts;
}

/**
 * Counts one occurrence. An Event object carries a running total, so what is new is the difference to the last known one.
 * An object not known adds its whole total, except when some were forgotten: it may be one of them, so it adds 1.
 */
export function countOccurrence(memory: EventCounts, uid: string, count: number): Counted {
  const name = shortName(uid);
  const known = memory.counts[name];
  if (known !== undefined && count <= known) return { added: 0, memory };
  const isFirst = known === undefined && !memory.hasForgottenCounts;
  const added = known !== undefined ? count - known : isFirst ? count : 1;
  return { added, memory: withCount(memory, name, count) };
}

/** Takes a total as it is, even when it fell. */
export function resetCount(memory: EventCounts, uid: string, count: number): EventCounts {
  return { ...withCount(memory, shortName(uid), count), hasForgottenCounts: true };
}

/** True when the total alone proves that this occurrence was never counted. */
export function isProvablyNew(memory: EventCounts, uid: string, count: number): boolean {
  return !memory.hasForgottenCounts && count > (memory.counts[shortName(uid)] ?? 0);
}

function withCount(memory: EventCounts, name: string, count: number): EventCounts {
  const { [name]: _, ...others } = memory.counts;
  const entries = [...Object.entries(others), [name, count] as const];
  if (entries.length <= maxCountedEvents) return { ...memory, counts: Object.fromEntries(entries) };
  return { counts: Object.fromEntries(entries.slice(-maxCountedEvents)), hasForgottenCounts: true };
}

/** The leading letter keeps insertion order: names of digits only would sort first in a JavaScript object. */
function shortName(uid: string): string {
  return `u${createHash('sha256').update(uid).digest('base64url').slice(0, 9)}`;
}
