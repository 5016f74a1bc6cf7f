import type { Classification } from '../events/classification.ts';
import type { EventRecord } from '../events/eventRecord.ts';
import { fingerprintOf } from '../events/fingerprint.ts';
import { utcMicroseconds } from '../events/occurrenceTime.ts';
import type { Occurrence } from './occurrence.ts';

/** A classified event, and what is known of its way here. */
export interface OccurrenceSource {
  readonly cluster: string;
  readonly record: EventRecord;
  readonly classification: Classification;
  /** Occurrence key. */
  readonly key: string;
  readonly backlog: boolean;
  /** When History took it in, epoch milliseconds. */
  readonly arrivedAt?: number | undefined;
  /** Sequence number of its stream record. */
  readonly sequence?: string | undefined;
}

/** What an event means for incidents: itself first, then the recoveries it is for other incidents of the same object. */
export function occurrencesOf(source: OccurrenceSource): readonly [Occurrence, ...Occurrence[]] {
  const { cluster, record, classification, key, backlog, arrivedAt, sequence } = source;
  const own: Occurrence = {
    key,
    fingerprint: fingerprintOf(cluster, record, classification.effectiveReason),
    uid: record.uid,
    count: record.count,
    at: utcMicroseconds(record.lastOccurrence),
    ...(arrivedAt === undefined ? {} : { arrivedAt }),
    ...(sequence === undefined ? {} : { sequence }),
    severity: classification.severity,
    effectiveReason: classification.effectiveReason,
    backlog,
    message: record.message,
  };
  const recoveries = classification.resolves
    .filter((reason) => reason !== classification.effectiveReason)
    .map((reason) => ({
      ...own,
      fingerprint: fingerprintOf(cluster, record, reason),
      effectiveReason: reason,
      isRecovery: true,
    }));
  return [own, ...recoveries];
}
