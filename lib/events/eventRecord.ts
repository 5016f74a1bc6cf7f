/** A reference to a Kubernetes object, as an Event carries it (core/v1 ObjectReference). Absent fields are absent, never null. */
export interface ObjectReference {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** May be missing, and on kubelet Node events it is the node's *name*: correlate nodes by name. */
  readonly uid?: string;
  readonly apiVersion?: string;
  readonly resourceVersion?: string;
  /** Container, as `spec.containers{NAME}`. */
  readonly fieldPath?: string;
}

/**
 * One Kubernetes Event, read from either Event API into one model. Times are RFC 3339 text with the precision that the
 * server sent (microseconds survive); never null, zero or year 1.
 */
export interface EventRecord {
  /** `metadata.uid`; when the object has none, a hash of namespace and name, prefixed `none-`. */
  readonly uid: string;
  readonly name: string;
  /** The namespace the Event object is stored in. */
  readonly namespace: string;
  readonly resourceVersion?: string;
  /** `Normal` or `Warning`; core/v1 servers accept any text, so other values flow. */
  readonly type: string;
  readonly reason: string;
  /** Message without the `(combined from similar events): ` prefix. */
  readonly message: string;
  /** True when client-go merged different messages into this one. */
  readonly isCombined: boolean;
  /** `reportingController`/`reportingComponent`, else `source.component`, else empty. */
  readonly component: string;
  /** `reportingInstance` or `source.host`. */
  readonly host?: string;
  readonly regarding: ObjectReference;
  readonly related?: ObjectReference;
  readonly action?: string;
  /** `metadata.labels` of the Event itself; absent for almost all: Kubernetes copies none from the object it is about. */
  readonly labels?: Readonly<Record<string, string>>;
  /** `series.count`, else `count`/`deprecatedCount`, else 1. At least 1. */
  readonly count: number;
  readonly firstOccurrence: string;
  readonly lastOccurrence: string;
}
