import { decodePart, encodePart } from '../events/fingerprint.ts';

/**
 * Joins parts into a key, with `#` between. A part may hold any text that a Kubernetes server lets through, so `%`, `#` and
 * control characters travel percent-encoded: two different objects never share a key.
 */
export function joinKey(...parts: readonly string[]): string {
  return parts.map(encodePart).join('#');
}

/** Splits what {@link joinKey} joined. */
export function splitKey(key: string): string[] {
  return key.split('#').map((part) => decodePart(part) ?? part);
}

/** What identifies the object whose history one partition of the History table holds. */
export interface ObjectKey {
  readonly cluster: string;
  readonly kind: string;
  /** Namespace of the Event; for cluster-scoped objects that is `default` or `kube-system`. */
  readonly namespace: string;
  readonly name: string;
}

/** History partition key of one object. */
export function objectKey({ cluster, kind, namespace, name }: ObjectKey): string {
  return joinKey(cluster, kind, namespace, name);
}

/** Reads {@link objectKey} back. */
export function parseObjectKey(pk: string): ObjectKey {
  const [cluster = '', kind = '', namespace = '', name = ''] = splitKey(pk);
  return { cluster, kind, namespace, name };
}

/** Partition key of the index `byNamespaceDay`. A day per partition keeps old days cold and a walk bounded. */
export function namespaceDayKey(cluster: string, namespace: string, day: string): string {
  return joinKey(cluster, namespace, day);
}

/** UTC day, `2026-11-20`, of RFC 3339 text in UTC or of an occurrence key. */
export function dayOf(instant: string): string {
  return instant.slice(0, 10);
}
