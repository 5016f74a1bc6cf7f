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
 * A batch that took longer to arrive has waited in the stream for hours: there speed counts, and what such a batch itself makes
 * wait is told after it.
 */
const catchUpMs = 600_000;

/** The desk gathers for a minute, and nothing that is patient waits for less than half its patience. */
function shortestWaitMs({ patienceMs }: IncidentSettings): number {
  return Math.min(60_000, Math.max(1_000, patienceMs / 2));
}

/**
 * Tells what became due before the next occurrence, and says how far to go before looking again: what has waited is told
 * between the occurrences where it belongs, however the stream was cut into batches. A failure must not hold up the
 * stream: the next look finds the same.
 *
 * @param work occurrences yet to be routed, in stream order
 * @returns how many of them come before anything else is due; at least one
 */
export async function lookAtClock(
  work: readonly RoutedOccurrence[],
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<number> {
  const first = arrivalOf(work[0]);
  const last = arrivalOf(work.at(-1));
  // What these occurrences themselves make wait cannot become due before that.
  let next = last - first > catchUpMs ? Number.POSITIVE_INFINITY : first + shortestWaitMs(settings);
  try {
    const notes = await ports.incidents.due.until(Math.min(next, last));
    next = Math.min(next, ...notes.map(({ at }) => at).filter((at) => at > first));
    if (notes.some(({ at }) => at <= first)) addTo(counts, await tellDue(ports, settings, first));
  } catch (error) {
    ports.onFailure('looking at what is due', error);
  }
  const cut = work.findIndex((one, place) => place > 0 && arrivalOf(one) >= next);
  return cut === -1 ? work.length : cut;
}

function arrivalOf(work: RoutedOccurrence | undefined): number {
  return work?.occurrence.arrivedAt ?? 0;
}

function addTo(counts: RouteCounts, more: RouteCounts): void {
  for (const [name, count] of Object.entries(more) as [keyof RouteCounts, number][]) counts[name] += count; // its own keys
}
