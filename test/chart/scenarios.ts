import type { ValuesInput } from '../../lib/manifests/values.ts';

/** What every installation has to say. */
export const least = {
  clusterId: 'prod-eu',
  apiUrl: 'https://abc123.execute-api.eu-west-1.amazonaws.com',
} satisfies ValuesInput;

/** Ways to install a relay: together they use every value of the chart. */
export const scenarios: Readonly<Record<string, Record<string, unknown>>> = {
  'as little as possible': least,
  IRSA: {
    ...least,
    serviceAccount: {
      name: 'relay',
      roleArn: 'arn:aws:iam::123456789012:role/kef-relay.eu-west-1.prod-eu',
      annotations: { 'example.com/owner': 'platform' },
    },
  },
  'an account that exists': { ...least, serviceAccount: { create: false, name: 'shared' }, rbac: { create: false } },
  'some namespaces': { ...least, namespaces: ['shop', 'on', '123'], signals: { pods: true, nodes: true } },
  'every signal': { ...least, signals: { pods: true, nodes: true } },
  'a private cluster': {
    clusterId: 'Prod.1_private',
    apiUrl: 'https://events.example.internal/kef?x=1&y=<2>',
    region: 'eu-west-1',
    image: {
      repository: '123456789012.dkr.ecr.eu-west-1.amazonaws.com:443/kef',
      tag: '1.2.3',
      digest: `sha256:${'0a'.repeat(32)}`,
      pullPolicy: 'Always',
    },
    imagePullSecrets: [{ name: 'registry' }],
    networkPolicy: {
      enabled: true,
      egressCidrs: ['10.0.0.0/8', 'fd00::/8'],
      egressPorts: [443, 6443],
      metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    },
    ndots: 2,
    trustedCa: { configMap: 'company-ca', key: 'bundle.pem' },
    extraEnv: [
      { name: 'NODE_OPTIONS', value: '--no-deprecation' },
      { name: 'HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
    ],
  },
  'two replicas on chosen nodes': {
    ...least,
    replicaCount: 2,
    leaderElection: { enabled: true },
    podDisruptionBudget: { enabled: true },
    priorityClassName: 'system-cluster-critical',
    nodeSelector: { 'eks.amazonaws.com/capacityType': 'ON_DEMAND' },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'infra', effect: 'NoSchedule' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }] }],
        },
      },
    },
    notReadyTolerationSeconds: 10,
    terminationGracePeriodSeconds: 60,
  },
  'a spool that outlives the pod': { ...least, spool: { maxMegabytes: 2048, existingClaim: 'kef-spool' } },
  'Prometheus with its operator': {
    ...least,
    metrics: {
      serviceMonitor: { enabled: true, interval: '15s', labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true, labels: { role: 'alert-rules' }, disabled: ['KefRelayLag'] },
    },
  },
  'Prometheus by pods, without alerts on events': {
    ...least,
    metrics: { podMonitor: { enabled: true }, prometheusRule: { enabled: true, eventAlerts: false } },
    networkPolicy: { enabled: true },
  },
  'Prometheus without its operator': {
    ...least,
    metrics: { scrapeAnnotations: true, service: { enabled: true } },
    podLabels: { team: 'platform' },
    podAnnotations: { 'example.com/note': 'yes' },
  },
  'settings of the relay': {
    ...least,
    resources: { requests: { cpu: 1, memory: '512Mi' }, limits: { cpu: null, memory: '1Gi' } },
    nameOverride: 'relay',
    config: {
      event_types: ['Warning'],
      min_severity: 'low',
      batch_max_events: 250,
      batch_max_bytes: 2_000_000,
      buffer_size: 1_000_000,
      rules: [{ match: { reason: ['Zed', 'Alpha'], message: 'a "quoted" <b>&\\d+' }, severity: 'high' }],
    },
  },
  'other names': { ...least, fullnameOverride: 'kef', global: { imageRegistry: 'ignored' } },
};
