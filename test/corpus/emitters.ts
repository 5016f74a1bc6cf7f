import type { Happening } from './timeline.ts';
import type { WorldObject } from './world.ts';

/** How a component writes its Events. */
export interface Emitter {
  /**
   * `legacy`: client-go tools/record, core/v1. `series`: client-go tools/events. `direct`: it creates Event objects itself
   * and nothing is ever counted (Argo CD).
   */
  readonly recorder: 'legacy' | 'series' | 'direct';
  /** It runs on every node, with its own caches, and says which in `source.host`. */
  readonly perNode: boolean;
}

const onEveryNode: Emitter = { recorder: 'legacy', perNode: true };
const newRecorder: Emitter = { recorder: 'series', perNode: false };

/** Components that are not what most are: one process with a legacy recorder (reference: kubernetes-events §2.2). */
const emitters: Readonly<Record<string, Emitter>> = {
  kubelet: onEveryNode,
  'kernel-monitor': onEveryNode,
  'readonly-monitor': onEveryNode,
  'systemd-monitor': onEveryNode,
  'health-checker': onEveryNode,
  'eks-node-monitoring-agent': onEveryNode,
  'aws-node-termination-handler': onEveryNode,
  'default-scheduler': newRecorder,
  'keda-operator': newRecorder,
  'kube-proxy': { recorder: 'series', perNode: true },
  'aws-node': { recorder: 'series', perNode: true },
  'argocd-application-controller': { recorder: 'direct', perNode: false },
};

/** How a component writes. */
export function emitterOf(component: string): Emitter {
  return emitters[component] ?? { recorder: 'legacy', perNode: false };
}

const apiVersions: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
  Ingress: 'networking.k8s.io/v1',
  Lease: 'coordination.k8s.io/v1',
  NodeClaim: 'karpenter.sh/v1',
  NodePool: 'karpenter.sh/v1',
  EC2NodeClass: 'karpenter.k8s.aws/v1',
  Certificate: 'cert-manager.io/v1',
  CertificateRequest: 'cert-manager.io/v1',
  Order: 'acme.cert-manager.io/v1',
  Challenge: 'acme.cert-manager.io/v1',
  Application: 'argoproj.io/v1alpha1',
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1',
  HelmRelease: 'helm.toolkit.fluxcd.io/v2',
  GitRepository: 'source.toolkit.fluxcd.io/v1',
  TargetGroupBinding: 'elbv2.k8s.aws/v1beta1',
  ExternalSecret: 'external-secrets.io/v1',
  ScaledObject: 'keda.sh/v1alpha1',
};

/** API version of a kind; what is in no table is a core object or somebody's custom one. */
export function apiVersionOf(kind: string): string {
  return apiVersions[kind] ?? 'v1';
}

/**
 * The uid a component puts into its reference. The kubelet gives a Node's *name* up to 1.34 and nothing from 1.35 on; taint
 * eviction gives none for Pods.
 */
export function referenceUid(component: string, object: WorldObject, minor: number): string | undefined {
  if (object.kind === 'Node' && component === 'kubelet') return minor >= 35 ? undefined : object.name;
  return component === 'taint-eviction-controller' ? undefined : object.uid;
}

/** Name of the process that wrote a happening: its caches are its own. */
export function processOf({ component, host = '' }: Happening): string {
  return `${component}@${host}`;
}
