import { parseFingerprint } from '../../lib/events/fingerprint.ts';
import type { DigestPublication } from '../../lib/incidents/deskState.ts';
import type { StormObject } from '../../lib/incidents/stormGroup.ts';
import type { BusEntry } from './busEntry.ts';

/** The entry that tells of many objects with one trouble, made from the entry of one of them. */
export function renderDigestEntry(digest: DigestPublication, sample: BusEntry, processedAt: string): BusEntry {
  const { rawData: _, ...detail } = sample.detail;
  const { cluster, kind, effectiveReason } = parseFingerprint(digest.fingerprint);
  const namespaces = new Set(digest.worst.map(({ fingerprint }) => parseFingerprint(fingerprint).namespace));
  const [namespace = ''] = namespaces.size === 1 ? namespaces : [];
  const objects = digest.worst.map(describe);
  const { annotations } = detail;
  const where = namespace === '' ? cluster : `${cluster}/${namespace}`;
  return {
    ...sample,
    detailType: digest.detailType,
    time: digest.at,
    detail: {
      ...detail,
      id: digest.id,
      processedAt,
      timestamp: digest.at,
      namespace,
      severity: digest.severity,
      labels: {
        ...ofAll(detail.labels),
        ...digest.labels,
        involved_kind: kind,
        involved_name: '*',
        count: String(digest.objects),
      },
      annotations: {
        message: `${effectiveReason} on ${digest.objects} objects in ${where}.`,
        summary: `${effectiveReason} on ${digest.objects} objects in ${where}: ${objects.slice(0, 3).join(', ')}`,
        first_timestamp: annotations.first_timestamp ?? digest.at,
        last_timestamp: digest.at,
        worst_objects: objects.join('\n'),
        example_message: annotations.message ?? '',
        ...(annotations.remedy === undefined ? {} : { remedy: annotations.remedy }),
      },
      // `*` cannot be the name of an object, so this fingerprint is nobody's incident.
      fingerprint: fingerprintOf(digest.fingerprint, namespace),
    },
  };
}

const commonLabels = ['event_type', 'reason', 'effective_reason', 'component', 'category', 'rule', 'event_uid'];

/** Labels that are true of them all. */
function ofAll(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => commonLabels.includes(name)));
}

function fingerprintOf(sample: string, namespace: string): string {
  const [cluster, own, , , reason] = sample.split('/');
  return `${cluster}/${namespace === '' ? '*' : own}/*/*/${reason}`;
}

function describe({ fingerprint, severity, occurrences }: StormObject): string {
  const { namespace, kind, name } = parseFingerprint(fingerprint);
  const place = kind === 'Node' ? '' : `${namespace}/`;
  return `${kind} ${place}${name} (${severity}, ${occurrences}×)`;
}
