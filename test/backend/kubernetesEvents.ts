import { createHash } from 'node:crypto';
import type { RawEvent } from '../../lib/events/readEvent.ts';

/** What a test may say about an event; the rest is as a kubelet and an API server of 1.34 write it. */
export interface EventSpec {
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly reason?: string;
  readonly type?: string;
  readonly message?: string;
  readonly count?: number;
  /** Last occurrence, RFC 3339. */
  readonly at?: string;
  /** What makes this Event object another one. */
  readonly seed?: string;
}

/** Text in the shape of a uid, the same for the same seed. */
export function uidOf(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A kubelet's event as a watch on events.k8s.io/v1 delivers it. */
export function kubeletEvent(spec: EventSpec = {}): RawEvent {
  const { namespace = 'shop', kind = 'Pod', name = 'cart-6d5f7c9b8d-x2x7q', count = 1 } = spec;
  const at = spec.at ?? '2026-11-20T10:00:00Z';
  const seed = spec.seed ?? `${namespace}/${name}/${spec.reason}`;
  const hash = createHash('sha256').update(seed).digest('hex');
  return {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: {
      name: `${name}.18${hash.slice(0, 14)}`,
      namespace,
      uid: uidOf(seed),
      resourceVersion: String(10_000_000 + (Number.parseInt(hash.slice(0, 6), 16) % 9_000_000)),
      creationTimestamp: '2026-11-20T09:48:12Z',
    },
    eventTime: null,
    reportingController: 'kubelet',
    reportingInstance: 'ip-10-0-41-17.eu-west-1.compute.internal',
    reason: spec.reason ?? 'BackOff',
    regarding: {
      kind,
      namespace,
      name,
      uid: uidOf(`${namespace}/${kind}/${name}`),
      apiVersion: 'v1',
      resourceVersion: String(10_000_000 + (Number.parseInt(hash.slice(6, 12), 16) % 9_000_000)),
      fieldPath: 'spec.containers{cart}',
    },
    note:
      spec.message ??
      `Back-off restarting failed container cart in pod ${name}_${namespace}(${uidOf(`${namespace}/${kind}/${name}`)})`,
    type: spec.type ?? 'Warning',
    deprecatedSource: { component: 'kubelet', host: 'ip-10-0-41-17.eu-west-1.compute.internal' },
    deprecatedFirstTimestamp: '2026-11-20T09:48:12Z',
    deprecatedLastTimestamp: at,
    deprecatedCount: count,
  };
}

/** The scheduler's event, which has microseconds and no count. */
export function schedulerEvent(spec: EventSpec = {}): RawEvent {
  const base = kubeletEvent({ reason: 'FailedScheduling', ...spec });
  const { deprecatedSource: _source, deprecatedCount: _count, ...rest } = base;
  return {
    ...rest,
    eventTime: (spec.at ?? '2026-11-20T10:00:00Z').replace(/(\.\d+)?Z$/, '.123456Z'),
    reportingController: 'default-scheduler',
    reportingInstance: 'default-scheduler-ip-10-0-0-1.eu-west-1.compute.internal',
    action: 'Scheduling',
    note:
      spec.message ??
      "0/12 nodes are available: 3 Insufficient cpu, 4 node(s) didn't match Pod's node affinity/selector, 5 node(s) had untolerated taint {dedicated: batch}. preemption: 0/12 nodes are available: 3 No preemption victims found for incoming pod, 9 Preemption is not helpful for scheduling.",
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
  };
}

/** The same kind of event as a core/v1 client sees it. */
export function coreEvent(spec: EventSpec = {}): RawEvent {
  const event = kubeletEvent(spec);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: event.metadata,
    involvedObject: event.regarding,
    reason: event.reason,
    message: event.note,
    source: event.deprecatedSource,
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
    type: event.type,
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: event.reportingInstance,
  };
}
