/** How a component writes events: through which recorder, under which name, and how much it says about the object. */
export interface Emitter {
  readonly component: string;
  /** `legacy` writes core/v1 with first/last timestamps and a count; `new` writes events.k8s.io/v1 with eventTime and series. */
  readonly recorder: 'legacy' | 'new';
  /** The kubelet names its node as source host and reporting instance. */
  readonly namesHost?: true;
  /** New recorder: `<controller>-<host>`. */
  readonly instance?: string;
}

const controlPlaneHost = 'ip-10-0-0-10.ec2.internal';

/** Components that scenarios may speak as. In Kubernetes itself only the scheduler and kube-proxy use the new recorder. */
export const emitters = {
  kubelet: { component: 'kubelet', recorder: 'legacy', namesHost: true },
  scheduler: {
    component: 'default-scheduler',
    recorder: 'new',
    instance: `default-scheduler-${controlPlaneHost}`,
  },
  'cluster-autoscaler': { component: 'cluster-autoscaler', recorder: 'legacy' },
  'cronjob-controller': { component: 'cronjob-controller', recorder: 'legacy' },
  'deployment-controller': { component: 'deployment-controller', recorder: 'legacy' },
  'job-controller': { component: 'job-controller', recorder: 'legacy' },
  'node-controller': { component: 'node-controller', recorder: 'legacy' },
  'replicaset-controller': { component: 'replicaset-controller', recorder: 'legacy' },
  'taint-eviction-controller': { component: 'taint-eviction-controller', recorder: 'legacy' },
} as const satisfies Record<string, Emitter>;

/** Key of an emitter in scenario files. */
export type EmitterName = keyof typeof emitters;

/** All keys, for the schema. */
// Object.keys of a constant object yields exactly its keys; a record is never empty here.
export const emitterNames = Object.keys(emitters) as [EmitterName, ...EmitterName[]];

/** Which identifying fields the component puts into the object reference, as recorded from Kubernetes 1.36. */
export function referenceDetail(
  emitter: EmitterName,
  kind: string,
): { readonly uid: boolean; readonly version: boolean } {
  if (emitter === 'taint-eviction-controller') return { uid: false, version: false };
  if (kind === 'Node') return { uid: emitter !== 'kubelet', version: false };
  return { uid: true, version: true };
}
