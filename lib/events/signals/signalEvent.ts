import { hash } from 'node:crypto';
import type { ObjectReference } from '../eventRecord.ts';
import type { RawEvent } from '../readEvent.ts';

/** What a signal says; everything in it comes from the object, so whoever sees the object says the same. */
export interface Signal {
  readonly object: ObjectReference & { readonly uid: string };
  /** Namespace of the Event; for cluster-scoped objects such as Nodes that is `default`. */
  readonly namespace: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
  /** When it happened, RFC 3339. */
  readonly at: string;
  /** Tells it from others with this reason about this object. @default the time */
  readonly key?: string;
  /** The node it happened on. */
  readonly host?: string;
}

/** The component that derived events name: it is the relay that says so, no controller of Kubernetes. */
export const signalComponent = 'kef-relay';

/**
 * A signal as an Event of events.k8s.io/v1, so that everything downstream takes it for one. Its uid is made from the
 * object's uid, the container, the reason and the key: seen again, it is the same occurrence and the same item in History.
 */
export function toSignalEvent(signal: Signal): RawEvent {
  const { object, namespace, type, reason, note, at, key = at, host } = signal;
  const identity = hash('sha256', [object.uid, object.fieldPath ?? '', reason, key].join('\n'));
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: `${object.name.slice(0, 230)}.${identity.slice(0, 16)}`,
      namespace,
      uid: uuidOf(identity),
      creationTimestamp: `${at.slice(0, 19)}Z`,
    },
    eventTime: at,
    reportingController: signalComponent,
    reportingInstance: host ?? signalComponent,
    action: 'Derived',
    reason,
    regarding: { ...object },
    note,
    type,
  };
}

/** Text in the shape of a uid: version 8 is the one that RFC 9562 leaves to applications. */
function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
