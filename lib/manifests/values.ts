import * as z from 'zod';
import { clusterIdPattern } from '../api/clusterId.ts';
import { configKeys } from '../relay/config.ts';
import { ownedSettings } from './settings.ts';

const relaySettings = Object.fromEntries(
  configKeys.filter((key) => !ownedSettings.includes(key)).map((key) => [key, z.unknown().optional()]),
);

const emptyOr = (pattern: RegExp) => new RegExp(`^$|${pattern.source}`);
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** What is said to a text that is not a {@link dnsLabel}. */
export const notDnsLabel = 'must be a Kubernetes name: lower-case letters, digits and dashes';
const dnsSubdomain = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const notDnsSubdomain = 'must be a Kubernetes name: lower-case letters, digits, dashes and dots';
/** Begins with a letter, so that YAML cannot take it for a number. */
const objectName = z
  .string()
  .regex(/^$|^[a-z]([-a-z0-9]{0,51}[a-z0-9])?$/, `${notDnsLabel}, a letter first, 53 at most`)
  .default('');
const labels = () => z.record(z.string(), z.string()).default({});
const objects = () => z.array(z.record(z.string(), z.unknown())).default([]);
const off = () => z.boolean().default(false);
/** Two steps of Kubernetes' own resource quantities are enough here: plain, milli, and binary or decimal multiples. */
const quantity = z.union([
  z.string().regex(/^\d+(\.\d+)?(m|[kMGT]|[KMGT]i)?$/, 'must be a quantity such as 100m or 128Mi'),
  z.number().min(0),
]);
const amounts = z.record(z.string(), quantity);

const image = z
  .strictObject({
    repository: z
      .string()
      .regex(/^[a-z0-9][a-zA-Z0-9./_:-]*$/, 'must be a registry and name without tag')
      .default('kube-event-forwarder')
      .describe('Registry and name. Push the image to a registry of yours and name it here: docs/install.md.'),
    tag: z
      .string()
      .regex(/^$|^[\w][\w.-]{0,127}$/, 'must be an image tag')
      .default('')
      .describe("The chart's appVersion if empty."),
    digest: z
      .string()
      .regex(/^$|^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits')
      .default('')
      .describe('sha256:… pins the image; the tag is then only for people.'),
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  })
  .prefault({});

const serviceAccount = z
  .strictObject({
    create: z.boolean().default(true),
    name: z
      .string()
      .regex(emptyOr(dnsLabel), notDnsLabel)
      .default('')
      .describe('The name of the release if empty. The relay role trusts it: keep it as the backend was told.'),
    roleArn: z
      .string()
      .regex(/^$|^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of an IAM role')
      .default('')
      .describe('IRSA: the relay role of this cluster. Empty for EKS Pod Identity, which needs nothing here.'),
    annotations: labels(),
  })
  .prefault({});

const spool = z
  .strictObject({
    maxMegabytes: z
      .int()
      .min(16)
      .max(65_536)
      .default(256)
      .describe('Most the relay keeps on disk while the API is away, in MiB; the volume gets 64 MiB more.'),
    existingClaim: z
      .string()
      .regex(emptyOr(dnsSubdomain), notDnsSubdomain)
      .default('')
      .describe('A PersistentVolumeClaim instead of an emptyDir: the spool then outlives the pod.'),
  })
  .prefault({});

const interval = z.string().regex(/^\d+(ms|s|m)$/, 'must be a duration such as 30s');

const metrics = z
  .strictObject({
    scrapeAnnotations: off().describe(
      'prometheus.io/scrape and friends on the pod, for Prometheus without its operator.',
    ),
    service: z.strictObject({ enabled: off() }).prefault({}).describe('A Service with the port "metrics".'),
    serviceMonitor: z
      .strictObject({ enabled: off(), interval: interval.default('30s'), labels: labels() })
      .prefault({})
      .describe('Needs the Prometheus operator; brings the Service along.'),
    podMonitor: z
      .strictObject({ enabled: off(), interval: interval.default('30s'), labels: labels() })
      .prefault({})
      .describe('Instead of a ServiceMonitor.'),
    prometheusRule: z
      .strictObject({
        enabled: off(),
        labels: labels(),
        eventAlerts: z
          .boolean()
          .default(true)
          .describe('Also alert on the Events themselves (Warning rate, FailedScheduling, KernelOops, …).'),
        disabled: z.array(z.string()).default([]).describe('Names of alerts to leave out.'),
      })
      .prefault({})
      .describe('Alert rules for the relay. Needs the Prometheus operator.'),
  })
  .prefault({});

const networkPolicy = z
  .strictObject({
    enabled: off(),
    egressCidrs: z
      .array(z.string())
      .min(1)
      .default(['0.0.0.0/0', '::/0'])
      .describe('Where HTTPS may go: the Kubernetes API server, the event API, STS. Narrow it in private clusters.'),
    egressPorts: z
      .array(z.int().min(1).max(65_535))
      .min(1)
      .default([443])
      .describe('Outside EKS the API server often listens on 6443: add it.'),
    metricsFrom: objects().describe('Who may read metrics (NetworkPolicy peers). Nobody if empty.'),
  })
  .prefault({});

/**
 * The chart's values: one schema for `values.yaml`, `values.schema.json` and `kef manifests --values`. Descriptions become the
 * comments of `values.yaml`.
 */
export const valuesSchema = z.strictObject({
  clusterId: z
    .string()
    .regex(
      emptyOr(clusterIdPattern),
      'must be 1 to 63 letters, digits, ".", "_" or "-" and begin with a letter or digit',
    )
    .default('')
    .describe('Required. The id of this cluster in the backend.'),
  apiUrl: z
    .string()
    .regex(/^$|^https?:\/\/[^\s"'\\]+$/, 'must be an http or https URL')
    .default('')
    .describe('Required. The URL of the API: output ApiUrl of the backend stack.'),
  region: z
    .string()
    .regex(/^$|^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-west-2')
    .default('')
    .describe('AWS region of the API. Needed when the URL does not name it (custom domain, VPC endpoint).'),
  namespaces: z
    .array(z.string().regex(dnsLabel, notDnsLabel))
    .max(500)
    .default([])
    .describe('Watch only these namespaces; the relay then gets Roles there instead of a ClusterRole.'),
  config: z
    .strictObject(relaySettings)
    .prefault({})
    .describe('Other settings of the relay in the names of its configuration file, such as event_types: [Warning].'),
  signals: z
    .strictObject({
      pods: off().describe('Derive what has no Event from Pods (OOMKilled). Adds get, list and watch on pods.'),
      nodes: off().describe('The same from Nodes (pressure, NotReady). Adds get, list and watch on nodes.'),
    })
    .prefault({}),
  image,
  imagePullSecrets: z.array(z.strictObject({ name: z.string() })).default([]),
  serviceAccount,
  rbac: z.strictObject({ create: z.boolean().default(true) }).prefault({}),
  replicaCount: z
    .int()
    .min(0)
    .max(5)
    .default(1)
    .describe('One relay is enough and two need leader election: what a restart misses is read again.'),
  leaderElection: z
    .strictObject({ enabled: off() })
    .prefault({})
    .describe('Lets one of several replicas work, by a Lease. Adds a Role for that one Lease.'),
  podDisruptionBudget: z
    .strictObject({ enabled: off() })
    .prefault({})
    .describe('Lets one replica at a time be evicted. For two of them: with one it would say nothing.'),
  resources: z
    .strictObject({
      requests: amounts.optional(),
      limits: amounts.optional(),
      claims: z.array(z.record(z.string(), z.unknown())).optional(),
    })
    .default({ requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '250m', memory: '256Mi' } }),
  spool,
  terminationGracePeriodSeconds: z
    .int()
    .min(10)
    .max(600)
    .default(30)
    .describe('The relay flushes until 5 seconds before this ends.'),
  notReadyTolerationSeconds: z
    .int()
    .min(0)
    .max(3_600)
    .default(30)
    .describe('How long the relay stays on a node that is gone (Kubernetes: 300).'),
  priorityClassName: z
    .string()
    .default('')
    .describe('So that the relay is not preempted during the incidents it reports.'),
  ndots: z
    .int()
    .min(0)
    .max(15)
    .default(0)
    .describe('2 saves DNS look-ups for names outside the cluster; 0 leaves the default of the cluster.'),
  nodeSelector: labels(),
  tolerations: objects(),
  affinity: z.record(z.string(), z.unknown()).default({}),
  podLabels: labels(),
  podAnnotations: labels(),
  extraEnv: objects().describe('More environment variables.'),
  trustedCa: z
    .strictObject({
      configMap: z.string().regex(emptyOr(dnsSubdomain), notDnsSubdomain).default(''),
      key: z
        .string()
        .regex(/^[-\w.]+$/, 'must be a key of a ConfigMap')
        .default('ca.crt'),
    })
    .prefault({})
    .describe('A ConfigMap with certificates to trust besides the public ones, for a proxy that opens TLS.'),
  metrics,
  networkPolicy,
  nameOverride: objectName.describe('Instead of the chart’s name in labels and names.'),
  fullnameOverride: objectName.describe('The name of every object.'),
  /** Helm hands this to every chart that is a dependency of another. */
  global: z.record(z.string(), z.unknown()).default({}).describe('Not used; Helm passes it to charts within charts.'),
});

/** The chart's values with every default filled in. */
export type Values = z.output<typeof valuesSchema>;
/** Values as a person writes them. */
export type ValuesInput = z.input<typeof valuesSchema>;
