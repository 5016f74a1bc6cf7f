import type { EventRecord } from './eventRecord.ts';
import { encodePart } from './fingerprint.ts';
import { utcMicroseconds } from './occurrenceTime.ts';

/**
 * `lastOccurrence#uid#count`: names one state of an Event object by its content alone, so a replay has the same key.
 * The time is UTC with microseconds, so keys in text order are in the order of time.
 */
export function occurrenceKeyOf(record: EventRecord): string {
  return `${utcMicroseconds(record.lastOccurrence)}#${encodePart(record.uid)}#${record.count}`;
}
