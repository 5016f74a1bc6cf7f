import { earliestDue } from '../../lib/incidents/earliestDue.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import type { RoutedOccurrence } from './routedOccurrence.ts';
import type { RouteCounts, RoutePorts } from './routePorts.ts';
import { tellDue } from './tellDue.ts';

/** From History's write to the record being routed, in ordinary times. */
const streamDelayMs = 15_000;

/**
 * Up to when everything that happened is known when no record says so, epoch milliseconds: the clock, less what records
 * commonly take. So news that wait for a recovery are not told while that recovery waits in the stream.
 */
export function knownUntil(now: number): number {
  return now - streamDelayMs;
}

/**
 * Tells what became due before the next occurrence, and says how far to go before looking again: what has lasted is told
 * between the occurrences where it belongs, however the stream was cut into batches. A failure must not hold up the
 * stream: the next look finds the same.
 *
 * @param work occurrences yet to be routed, in stream order
 * @param retried occurrences that have to be delivered again; one of them may be the recovery of what seems to last, so nothing is
 * told that is due after the first of them
 * @returns how many of them come before anything else can be due; at least one
 */
export async function lookAtClock(
  work: readonly RoutedOccurrence[],
  retried: readonly RoutedOccurrence[],
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<number> {
  const first = arrivalOf(work[0]);
  const until = Math.min(first, ...retried.map(arrivalOf));
  let next = Number.POSITIVE_INFINITY;
  try {
    const notes = await ports.incidents.due.until(arrivalOf(work.at(-1)));
    next = Math.min(next, ...notes.map(({ at }) => at).filter((at) => at > first));
    if (notes.some(({ at }) => at <= until)) addTo(counts, await tellDue(ports, settings, until));
  } catch (error) {
    ports.onFailure('looking at what is due', error);
  }
  return placeOf(next, work, settings);
}

/** The first occurrence that may come after something is due: what is known to wait, or what those before it make wait. */
function placeOf(known: number, work: readonly RoutedOccurrence[], settings: IncidentSettings): number {
  let next = known;
  for (const [place, one] of work.entries()) {
    // What one record means is decided in one go.
    const isOfNextRecord = place > 0 && work[place - 1]?.index !== one.index;
    if (isOfNextRecord && arrivalOf(one) >= next) return place;
    next = Math.min(next, earliestDue(one.occurrence, settings) ?? next);
  }
  return work.length;
}

function arrivalOf(work: RoutedOccurrence | undefined): number {
  return work?.occurrence.arrivedAt ?? 0;
}

function addTo(counts: RouteCounts, more: RouteCounts): void {
  for (const [name, count] of Object.entries(more) as [keyof RouteCounts, number][]) counts[name] += count; // its own keys
}
