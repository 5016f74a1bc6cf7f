import type { EventRecord } from '../../lib/events/eventRecord.ts';
import { fingerprintOf, parseFingerprint } from '../../lib/events/fingerprint.ts';
import { type StandardEvent, toStandardEvent } from '../../lib/events/standardEvent.ts';
import type { Publication } from '../../lib/incidents/publication.ts';
import type { StormPublication } from '../../lib/incidents/storm.ts';
import type { StormObject } from '../../lib/incidents/stormGroup.ts';
import type { StoredOccurrence } from '../../lib/store/historyItem.ts';
import type { BusEntry } from './busEntry.ts';

/** The entry of a publication about the occurrence that made it necessary. */
export function renderEntry(publication: Publication, stored: StoredOccurrence, processedAt: string): BusEntry {
  const { cluster, record, classification, raw } = stored;
  const { effectiveReason } = parseFingerprint(publication.fingerprint);
  const detail = toStandardEvent({
    cluster,
    record,
    // A recovery is published as news of the incident it ends, so it carries that incident's reason and fingerprint.
    classification: { ...classification, effectiveReason },
    id: publication.id,
    processedAt,
    severity: publication.severity,
    labels: { ...publication.labels, ...incidentLabel(publication.fingerprint, record, cluster, effectiveReason) },
    raw,
  });
  return {
    detailType: publication.detailType,
    time: record.lastOccurrence,
    detail: publication.detailType === 'event.k8s.resolved' ? resolvedDetail(detail) : detail,
  };
}

/** Names the incident where the event's own fingerprint does not: several objects share it. */
function incidentLabel(
  fingerprint: string,
  record: EventRecord,
  cluster: string,
  reason: string,
): { incident?: string } {
  return fingerprint === fingerprintOf(cluster, record, reason) ? {} : { incident: fingerprint };
}

/** The entry of an occurrence that was published before and is told to people now. */
export function retellEntry(entry: BusEntry, publication: Publication, processedAt: string): BusEntry {
  const { id, severity, labels, detailType } = publication;
  const detail = { ...entry.detail, id, severity, processedAt, labels: { ...entry.detail.labels, ...labels } };
  return { ...entry, detailType, detail };
}

/** The entry as those read it who are not to be woken. */
export function hushEntry(entry: BusEntry): BusEntry {
  const { notify: _, ...labels } = entry.detail.labels;
  return { ...entry, detail: { ...entry.detail, labels: { ...labels, hushed: 'true' } } };
}

/** What was wrong is over: no remedy, and a summary that says so. */
function resolvedDetail(detail: StandardEvent): StandardEvent {
  const { remedy: _, ...annotations } = detail.annotations;
  const { effective_reason: reason, involved_kind: kind, involved_name: name } = detail.labels;
  const summary = `${reason} on ${kind} ${name} is over: ${annotations.message ?? ''}`.slice(0, 300).toWellFormed();
  return { ...detail, annotations: { ...annotations, summary } };
}

/**
 * The one entry that stands for many. It is made from the entry of the publication that went over the limit, because that may
 * be an old debt whose record is long gone.
 */
export function renderStormEntry(storm: StormPublication, trigger: BusEntry, processedAt: string): BusEntry {
  const { rawData: _, ...detail } = trigger.detail;
  const { cluster, namespace, kind, effectiveReason } = parseFingerprint(storm.fingerprint);
  const [clusterPart, namespacePart, , , reasonPart] = storm.fingerprint.split('/');
  const objects = storm.worst.map(describe);
  return {
    ...trigger,
    detailType: storm.detailType,
    detail: {
      ...detail,
      id: storm.id,
      processedAt,
      severity: storm.severity,
      labels: {
        ...ofTheGroup(detail.labels),
        ...storm.labels,
        involved_kind: kind,
        involved_name: '*',
        count: storm.labels.storm_count ?? '1',
      },
      annotations: {
        message: `${effectiveReason} storm: ${storm.labels.storm_count} publications within a minute in ${cluster}/${namespace}.`,
        summary: `${effectiveReason} storm in ${cluster}/${namespace}, worst: ${objects.slice(0, 3).join(', ')}`,
        first_timestamp: detail.annotations.last_timestamp ?? detail.timestamp,
        last_timestamp: detail.annotations.last_timestamp ?? detail.timestamp,
        worst_objects: objects.join('\n'),
        example_message: detail.annotations.message ?? '',
        ...(detail.annotations.remedy === undefined ? {} : { remedy: detail.annotations.remedy }),
      },
      // `*` cannot be the name of an object, so a storm's fingerprint is nobody's incident.
      fingerprint: `${clusterPart}/${namespacePart}/*/*/${reasonPart}`,
    },
  };
}

const groupLabels = ['event_type', 'reason', 'effective_reason', 'component', 'category', 'rule', 'event_uid'];

/** Labels that are true of the whole group; those about one object or one incident are left out. */
function ofTheGroup(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => groupLabels.includes(name)));
}

function describe({ fingerprint, severity, occurrences }: StormObject): string {
  const { kind, name } = parseFingerprint(fingerprint);
  return `${kind}/${name} (${severity}, ${occurrences}×)`;
}
