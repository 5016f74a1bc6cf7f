import { maxDebts } from '../../lib/incidents/debt.ts';
import { decide } from '../../lib/incidents/decide.ts';
import type { IncidentState } from '../../lib/incidents/incidentState.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import type { RoutedOccurrence } from './routedOccurrence.ts';

/** Occurrences by fingerprint, each list in stream order. */
export function groupByFingerprint(work: readonly RoutedOccurrence[]): Map<string, RoutedOccurrence[]> {
  return Map.groupBy(work, ({ occurrence }) => occurrence.fingerprint);
}

/**
 * How many occurrences of the batch can be handled before some incident would owe more than fits its item. Nearly
 * always all of them; a catch-up of many hours for one object is handled piece by piece, and in stream order across
 * fingerprints, so that the storm guard sees the publications in the order in which they happened.
 */
export function cutBatch(
  work: readonly RoutedOccurrence[],
  states: ReadonlyMap<string, IncidentState>,
  settings: IncidentSettings,
): number {
  let cut = work.length;
  for (const [fingerprint, own] of groupByFingerprint(work)) {
    const state = states.get(fingerprint);
    const occurrences = own.map(({ occurrence }) => occurrence);
    const room = Math.max(0, 2 * maxDebts - (state?.owed.length ?? 0));
    const { consumed } = decide(state, occurrences, settings, Math.min(maxDebts, room));
    const next = own[consumed];
    if (next !== undefined) cut = Math.min(cut, work.indexOf(next));
  }
  return cut;
}
