import type { Category } from './classification.ts';

const categories: ReadonlyMap<string, Category> = new Map([
  ['Pod', 'workload'],
  ['Deployment', 'workload'],
  ['ReplicaSet', 'workload'],
  ['StatefulSet', 'workload'],
  ['DaemonSet', 'workload'],
  ['PodDisruptionBudget', 'workload'],
  ['Job', 'batch'],
  ['CronJob', 'batch'],
  ['Node', 'node'],
  ['PersistentVolume', 'storage'],
  ['PersistentVolumeClaim', 'storage'],
  ['Service', 'network'],
  ['Endpoints', 'network'],
  ['Ingress', 'ingress'],
  ['HorizontalPodAutoscaler', 'autoscaling'],
]);

/** What an event is about when no rule says so: judged by the kind of its object. */
export function categoryOfKind(kind: string): Category {
  return categories.get(kind) ?? 'other';
}
