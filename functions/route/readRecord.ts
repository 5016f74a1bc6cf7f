import type { DynamoDBRecord } from 'aws-lambda';
import type { Occurrence } from '../../lib/incidents/occurrence.ts';
import { occurrencesOf } from '../../lib/incidents/occurrencesOf.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
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
export function readRecord(record: DynamoDBRecord, index: number, settings: IncidentSettings): RoutedRecord {
  const image = record.dynamodb?.NewImage;
  if (image === undefined) throw new Error('The stream record has no new image; the stream must be of type NEW_IMAGE.');
  const stored = fromHistoryItem(fromImage(image) as unknown as HistoryItem); // History is the only table of this stream
  const seconds = record.dynamodb?.ApproximateCreationDateTime;
  const source = {
    ...stored,
    arrivedAt: seconds === undefined ? undefined : seconds * 1000,
    sequence: record.dynamodb?.SequenceNumber,
  };
  return { index, stored, occurrences: occurrencesOf(source, settings) };
}
