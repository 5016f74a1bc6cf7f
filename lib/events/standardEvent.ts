import * as z from 'zod';
import type { Classification } from './classification.ts';
import type { EventRecord, ObjectReference } from './eventRecord.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { RawEvent } from './readEvent.ts';
import { remedyFor } from './remedies.ts';
import { type Severity, severities } from './severity.ts';
import { workloadOf } from './workload.ts';

const time = z.iso.datetime({ offset: true });

/**
 * The event as it travels on the bus and to people: the specification's standard event, in camelCase. Every label and
 * annotation is text, because event bus patterns and message attributes compare text. Consumers must ignore fields they
 * do not know.
 */
export const standardEventSchema = z
  .object({
    id: z.string().min(1).describe('The same for every delivery of the same publication: use it to recognise repeats.'),
    type: z.literal('k8s_event'),
    source: z.literal('kubernetes'),
    timestamp: time.describe('When it happened: the last occurrence, RFC 3339, up to microseconds.'),
    processedAt: time.describe('When this event was made from the occurrence.'),
    clusterId: z.string().min(1),
    namespace: z
      .string()
      .describe('Namespace of the Event object; `default` for Nodes and other cluster-scoped objects.'),
    severity: z.enum(severities),
    labels: z
      .record(z.string(), z.string())
      .describe(
        'Always: event_type, reason, effective_reason, involved_kind, involved_name, count, component, category, rule, ' +
          'event_uid. When known: involved_namespace, involved_uid, container, host, action, related_kind, related_name, ' +
          'related_namespace, workload and workload_kind (by the name of the object). When it applies: repeated_count, ' +
          'notify, backlog, silenced, incident (the fingerprint of an incident that several objects share), objects (how ' +
          'many), lasting. Besides these, the tags that user rules give, such as team and owner.',
      ),
    annotations: z
      .record(z.string(), z.string())
      .describe('Always: message, summary, first_timestamp, last_timestamp. When known: remedy, runbook.'),
    fingerprint: z.string().min(1).describe('cluster/namespace/kind/name/effectiveReason, parts percent-encoded.'),
    rawData: z
      .object({ k8s_event: z.record(z.string(), z.unknown()).describe('The Event as received, redacted.') })
      .optional()
      .describe('Left out when the entry would be too large.'),
  })
  .meta({ title: 'Kubernetes event' });

/** See {@link standardEventSchema}. */
export type StandardEvent = z.infer<typeof standardEventSchema>;

/** What {@link toStandardEvent} puts together. */
export interface StandardEventInput {
  readonly cluster: string;
  readonly record: EventRecord;
  readonly classification: Classification;
  readonly id: string;
  /** RFC 3339. */
  readonly processedAt: string;
  /** Severity of the publication. @default the classification's */
  readonly severity?: Severity;
  /** More labels, such as `repeated_count` and `notify`; they win over the event's own. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The redacted Event. @default no rawData */
  readonly raw?: RawEvent;
}

/** The standard event of one occurrence. */
export function toStandardEvent(input: StandardEventInput): StandardEvent {
  const { cluster, record, classification, raw } = input;
  const remedy = remedyFor(classification.effectiveReason, record.message);
  return {
    id: input.id,
    type: 'k8s_event',
    source: 'kubernetes',
    timestamp: record.lastOccurrence,
    processedAt: input.processedAt,
    clusterId: cluster,
    namespace: record.namespace,
    severity: input.severity ?? classification.severity,
    labels: { ...labelsOf(record, classification), ...input.labels },
    annotations: {
      message: record.message,
      summary: summaryOf(record, classification),
      first_timestamp: record.firstOccurrence,
      last_timestamp: record.lastOccurrence,
      ...(remedy === undefined ? undefined : { remedy }),
      ...known('runbook', classification.runbook),
    },
    fingerprint: fingerprintOf(cluster, record, classification.effectiveReason),
    ...(raw === undefined ? undefined : { rawData: { k8s_event: raw } }),
  };
}

function labelsOf(record: EventRecord, classification: Classification): Record<string, string> {
  const { regarding, related } = record;
  return {
    ...classification.tags,
    event_type: record.type,
    reason: record.reason,
    effective_reason: classification.effectiveReason,
    involved_kind: regarding.kind,
    involved_name: regarding.name,
    count: String(record.count),
    component: record.component,
    category: classification.category,
    rule: classification.rule,
    event_uid: record.uid,
    ...known('involved_namespace', regarding.namespace),
    ...known('involved_uid', regarding.uid),
    ...known('container', containerOf(regarding)),
    ...known('host', record.host),
    ...known('action', record.action),
    ...known('related_kind', related?.kind),
    ...known('related_name', related?.name),
    ...known('related_namespace', related?.namespace),
    ...known('silenced', classification.silenced && 'true'),
    ...workloadLabels(regarding),
  };
}

/** A guess by the object's name: events carry no owners. */
function workloadLabels({ kind, name }: ObjectReference): Record<string, string> | undefined {
  const workload = workloadOf(kind, name);
  return workload === undefined ? undefined : { workload: workload.name, workload_kind: workload.kind };
}

function known(label: string, value: string | undefined): Record<string, string> | undefined {
  return value === undefined || value === '' ? undefined : { [label]: value };
}

/** `web` of `spec.containers{web}`, `spec.initContainers{web}` or `spec.ephemeralContainers{web}`. */
function containerOf(regarding: ObjectReference): string | undefined {
  return /^spec\.\w*[cC]ontainers\{([^}]+)\}$/.exec(regarding.fieldPath ?? '')?.[1];
}

const maxSummaryMessage = 160;

/** One line for a list or a subject: what, where, and the beginning of why. */
function summaryOf(record: EventRecord, classification: Classification): string {
  const { kind, name, namespace } = record.regarding;
  const subject = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`.trim();
  const times = record.count > 1 ? ` (${record.count} times)` : '';
  const [line = ''] = record.message.split('\n', 1);
  const cause = line.length > maxSummaryMessage ? `${line.slice(0, maxSummaryMessage).toWellFormed()}…` : line;
  return `${classification.effectiveReason} on ${subject}${times}${cause === '' ? '' : `: ${cause}`}`;
}
