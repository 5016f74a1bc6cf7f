import { plainManifests } from '../../lib/manifests/plainYaml.ts';

/** As much of a Kubernetes object as the tests look at; the rest is checked against the API's own models. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface Role extends Manifest {
  readonly rules: readonly PolicyRule[];
}

export interface Binding extends Manifest {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export interface PodSpec {
  readonly [field: string]: unknown;
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly priorityClassName?: string;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly tolerations: readonly {
    readonly key: string;
    readonly effect: string;
    readonly tolerationSeconds?: number;
  }[];
  readonly topologySpreadConstraints?: readonly { readonly topologyKey: string }[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly [source: string]: unknown }[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly resources: unknown;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

/** What `kef manifests` makes of values. */
export function manifests(values: Record<string, unknown>, namespace = 'events'): Manifest[] {
  // The shapes are what the schema test checks; here they are given names.
  return plainManifests({ values, namespace }).manifests as unknown as Manifest[];
}

/** The only object of a kind. */
export function only(objects: readonly Manifest[], kind: string): Manifest {
  const [object, ...others] = objects.filter((candidate) => candidate.kind === kind);
  if (object === undefined || others.length > 0)
    throw new Error(`expected one ${kind}, found ${others.length + (object ? 1 : 0)}`);
  return object;
}

/** The pod of the Deployment. */
export function podOf(objects: readonly Manifest[]): { metadata: Metadata; spec: PodSpec } {
  const deployment = only(objects, 'Deployment') as Manifest & {
    readonly spec: { readonly template: { metadata: Metadata; spec: PodSpec } };
  };
  return deployment.spec.template;
}

/** The relay's container. */
export function containerOf(objects: readonly Manifest[]): Container {
  const [container] = podOf(objects).spec.containers;
  if (container === undefined) throw new Error('the pod has no container');
  return container;
}
