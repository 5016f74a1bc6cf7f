import type { Occurrence } from '../../lib/incidents/occurrence.ts';
import type { StoredOccurrence } from '../../lib/store/historyItem.ts';

/** An occurrence on its way, with the record it came from. */
export interface RoutedOccurrence {
  readonly index: number;
  readonly occurrence: Occurrence;
  readonly stored: StoredOccurrence;
}
