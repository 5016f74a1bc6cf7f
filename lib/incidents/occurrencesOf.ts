import type { Classification } from '../events/classification.ts';
import type { EventRecord } from '../events/eventRecord.ts';
import { utcMicroseconds } from '../events/occurrenceTime.ts';
import { placeOf } from './grouping.ts';
import type { Occurrence } from './occurrence.ts';
import type { IncidentSettings } from './settings.ts';

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

/**
 * What an event means for incidents: itself first, then the recoveries it is for other incidents of the same object.
 *
 * @param settings The forwarder's; a rule that groups otherwise has to match the recovery, too.
 */
export function occurrencesOf(
  source: OccurrenceSource,
  settings: Pick<IncidentSettings, 'groupBy'>,
): readonly [own: Occurrence, ...recoveries: Occurrence[]] {
  const groupBy = source.classification.incidents?.groupBy ?? settings.groupBy;
  const { cluster, record, classification, key, backlog, arrivedAt, sequence } = source;
  const own: Occurrence = {
    key,
    ...placeOf(cluster, record, classification.effectiveReason, groupBy),
    uid: record.uid,
    count: record.count,
    at: utcMicroseconds(record.lastOccurrence),
    firstAt: record.firstOccurrence,
    ...(arrivedAt === undefined ? {} : { arrivedAt }),
    ...(sequence === undefined ? {} : { sequence }),
    severity: classification.severity,
    effectiveReason: classification.effectiveReason,
    backlog,
    ...(classification.silenced === true ? { isSilenced: true } : {}),
    ...(classification.incidents === undefined ? {} : { settings: classification.incidents }),
    message: record.message,
  };
  const recoveries = classification.resolves
    .filter((reason) => reason !== classification.effectiveReason)
    .map((reason) => ({
      ...own,
      ...placeOf(cluster, record, reason, groupBy),
      effectiveReason: reason,
      isRecovery: true,
    }));
  return [own, ...recoveries];
}
