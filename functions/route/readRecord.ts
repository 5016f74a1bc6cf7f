import type { DynamoDBRecord } from 'aws-lambda';
import { fingerprintOf } from '../../lib/events/fingerprint.ts';
import { utcMicroseconds } from '../../lib/events/occurrenceTime.ts';
import type { Occurrence } from '../../lib/incidents/occurrence.ts';
import { fromHistoryItem, type HistoryItem, type StoredOccurrence } from '../../lib/store/historyItem.ts';
import { fromImage } from './streamImage.ts';

/** One stream record, decoded. */
export interface RoutedRecord {
  /** Place in the batch. */
  readonly index: number;
  readonly stored: StoredOccurrence & { readonly key: string };
  /** The occurrence itself, then the recoveries it means for other incidents of the same object. */
  readonly occurrences: readonly Occurrence[];
}

/** Decodes a stream record. @throws when it is no History item: a poison record */
export function readRecord(record: DynamoDBRecord, index: number): RoutedRecord {
  const image = record.dynamodb?.NewImage;
  if (image === undefined) throw new Error('The stream record has no new image; the stream must be of type NEW_IMAGE.');
  const stored = fromHistoryItem(fromImage(image) as unknown as HistoryItem); // History is the only table of this stream
  const { record: event, classification, cluster } = stored;
  const at = utcMicroseconds(event.lastOccurrence);
  const seconds = record.dynamodb?.ApproximateCreationDateTime;
  const sequence = record.dynamodb?.SequenceNumber;
  const own: Occurrence = {
    key: stored.key,
    fingerprint: fingerprintOf(cluster, event, classification.effectiveReason),
    uid: event.uid,
    count: event.count,
    at,
    ...(seconds === undefined ? {} : { arrivedAt: seconds * 1000 }),
    ...(sequence === undefined ? {} : { sequence }),
    severity: classification.severity,
    effectiveReason: classification.effectiveReason,
    backlog: stored.backlog,
    message: event.message,
  };
  const recoveries = classification.resolves
    .filter((reason) => reason !== classification.effectiveReason)
    .map((reason) => ({
      ...own,
      fingerprint: fingerprintOf(cluster, event, reason),
      effectiveReason: reason,
      isRecovery: true,
    }));
  return { index, stored, occurrences: [own, ...recoveries] };
}
