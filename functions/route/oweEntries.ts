import type { OwedPublication } from '../../lib/incidents/debt.ts';
import type { HeldNews, IncidentState } from '../../lib/incidents/incidentState.ts';
import type { Publication } from '../../lib/incidents/publication.ts';
import { type BusEntry, packEntry, unpackEntry } from './busEntry.ts';
import { renderEntry, retellEntry } from './renderEntry.ts';
import type { RoutedOccurrence } from './routedOccurrence.ts';

/**
 * Publications as debts: finished entries, so that they can be paid without the record.
 *
 * @param held news the incident held before; what is released now may be made of them
 */
export function owe(
  publications: readonly Publication[],
  work: readonly RoutedOccurrence[],
  held: HeldNews | undefined,
  now: number,
): OwedPublication[] {
  const processedAt = new Date(now).toISOString();
  return publications.flatMap((publication) => {
    const entry = entryOf(publication, work, held, processedAt);
    if (entry === undefined) return []; // decide names only occurrences it was given, and news it held
    const { labels: _labels, fingerprint: _fingerprint, heldKey: _heldKey, ...debt } = publication;
    return [{ ...debt, since: now, entry: packEntry(entry) }];
  });
}

/** The incident with the entry of what it holds, so that the clock can release it when the record is long gone. */
export function withHeldEntry(state: IncidentState, work: readonly RoutedOccurrence[], now: number): IncidentState {
  const { held } = state;
  if (held === undefined || held.entry !== undefined) return state;
  const source = sourceOf(held.occurrenceKey, work);
  if (source === undefined) return state;
  const entry = heldEntry(state.fingerprint, source, new Date(now).toISOString());
  return { ...state, held: { ...held, entry: packEntry(entry) } };
}

function entryOf(
  publication: Publication,
  work: readonly RoutedOccurrence[],
  held: HeldNews | undefined,
  processedAt: string,
): BusEntry | undefined {
  const { fingerprint, heldKey, occurrenceKey } = publication;
  const source = sourceOf(heldKey ?? occurrenceKey, work);
  if (heldKey === undefined) return source && renderEntry(publication, source.stored, processedAt);
  if (held?.occurrenceKey === heldKey && held.entry !== undefined) {
    return retellEntry(unpackEntry(held.entry), publication, processedAt);
  }
  // It was held and released in one batch.
  const entry = source && heldEntry(fingerprint, source, processedAt);
  return entry && retellEntry(entry, publication, processedAt);
}

/** The entry of an occurrence as it would have been, had it been news at once. */
function heldEntry(fingerprint: string, source: RoutedOccurrence, processedAt: string): BusEntry {
  const { occurrence, stored } = source;
  const publication: Publication = {
    id: '-', // replaced when it is told
    detailType: 'event.k8s.escalated',
    fingerprint,
    occurrenceKey: occurrence.key,
    at: occurrence.at,
    arrivedAt: occurrence.arrivedAt ?? 0,
    severity: occurrence.severity,
    notify: true,
    occurrences: 1,
    labels: {},
  };
  return renderEntry(publication, stored, processedAt);
}

function sourceOf(occurrenceKey: string, work: readonly RoutedOccurrence[]): RoutedOccurrence | undefined {
  return work.find(({ occurrence }) => occurrence.key === occurrenceKey);
}
