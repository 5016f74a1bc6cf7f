import type { EventRecord } from '../events/eventRecord.ts';
import { encodePart } from '../events/fingerprint.ts';
import { workloadOf } from '../events/workload.ts';
import type { GroupBy } from './settings.ts';

/** Where an event belongs: an incident, and one of the objects that incident is about. */
export interface Place {
  /** Fingerprint of the incident; the object's own, unless several objects share the incident. */
  readonly fingerprint: string;
  /** The object, in words that tell it from others of the incident. */
  readonly object: string;
}

/**
 * The incident that an event of this effective reason belongs to. Pods belong to their workload: thirty replicas that crash
 * have one trouble. What a pod only suffers because of its node belongs to the node.
 */
export function placeOf(cluster: string, record: EventRecord, effectiveReason: string, groupBy: GroupBy): Place {
  const { kind, name } = record.regarding;
  const own = { namespace: record.namespace, kind, name };
  const group = groupBy === 'object' ? own : (nodeOf(record, effectiveReason) ?? { ...own, ...groupOf(kind, name) });
  const parts = [cluster, group.namespace, group.kind, group.name, effectiveReason];
  return {
    fingerprint: parts.map(encodePart).join('/'),
    object: group.namespace === record.namespace ? name : `${record.namespace}/${name}`,
  };
}

/** Name of the incident about all pods whose node is lost: Kubernetes does not tell which node that was. */
const anyPod = '*';
/** Kubernetes stores the events of Nodes in this namespace. */
const nodeNamespace = 'default';

/** Fingerprint of the incident that collects the pods of lost nodes, cluster by cluster. */
export function lostPodsFingerprint(cluster: string): string {
  return `${encodePart(cluster)}/${nodeNamespace}/Pod/${anyPod}/NodeNotReady`;
}

/** The node behind what happened to a pod; `*` where it is certain that a node is, and unknown which. */
function nodeOf({ regarding, component, host, reason, message }: EventRecord, effectiveReason: string) {
  if (regarding.kind !== 'Pod') return undefined;
  // node-controller and taint-eviction-controller; neither names the node.
  if (effectiveReason === 'NodeNotReady' || effectiveReason === 'TaintManagerEviction') {
    return { namespace: nodeNamespace, kind: 'Pod', name: anyPod };
  }
  // A kubelet also evicts pods that use more than their own share; those texts do not begin with the node (eviction/helpers.go).
  const isPressure = reason === 'Evicted' && component === 'kubelet' && message.startsWith('The node ');
  return isPressure && host !== undefined ? { namespace: nodeNamespace, kind: 'Node', name: host } : undefined;
}

/** What names with a changing end have in common. Where no workload has that name, `*` stands for the end. */
function groupOf(kind: string, name: string): { kind: string; name: string } | undefined {
  if (kind === 'NodeClaim') return alike(kind, name, /^(.+-)[a-z0-9]{5}$/);
  if (kind === 'PersistentVolumeClaim') return alike(kind, name, /^(.+-)\d{1,4}$/);
  // KEDA makes an autoscaler for each of its objects, and both complain of one and the same scaler.
  if (kind === 'HorizontalPodAutoscaler' && name.startsWith('keda-hpa-')) {
    return { kind: 'ScaledObject', name: name.slice('keda-hpa-'.length) };
  }
  return workloadOf(kind, name);
}

function alike(kind: string, name: string, pattern: RegExp): { kind: string; name: string } | undefined {
  const [, base] = pattern.exec(name) ?? [];
  return base === undefined ? undefined : { kind, name: `${base}*` };
}
