/** A name from documents that nobody is known to write, without an event that is the same thing. */
export interface DocumentedName {
  /** What comes nearest and does exist; empty when nothing does. */
  readonly nearest: readonly string[];
  readonly note: string;
}

/** See `aliases.ts` for the names that do have a counterpart. */
export const documentedNames: ReadonlyMap<string, DocumentedName> = new Map([
  [
    'InjectionFailed',
    {
      nearest: ['FailedCreate'],
      note: 'Istio writes no event; the owner of the pod reports FailedCreate with the name of the webhook.',
    },
  ],
  ['InjectionSucceeded', { nearest: [], note: 'Istio writes no event about injection.' }],
  [
    'EnvoyNotReady',
    {
      nearest: ['Unhealthy'],
      note: 'Istio writes no event; the kubelet reports Unhealthy for the container istio-proxy.',
    },
  ],
  ['EnvoyReady', { nearest: [], note: 'Istio writes no event about its proxies.' }],
  ['ProxyConfigChanged', { nearest: [], note: 'Istio writes no event about configuration.' }],
  ['Pruned', { nearest: ['OperationCompleted'], note: 'Argo CD reports the sync as a whole.' }],
  ['RouteReady', { nearest: ['RevisionReady'], note: 'A condition of Knative, not an event.' }],
  ['IngressNotReady', { nearest: ['CreationFailed', 'InternalError'], note: 'A condition of Knative, not an event.' }],
  ['PrometheusRuleCreated', { nearest: [], note: 'The Prometheus operator only reports InvalidConfiguration.' }],
  ['AlertmanagerConfigSynced', { nearest: [], note: 'The Prometheus operator only reports InvalidConfiguration.' }],
  ['ConfigReloaded', { nearest: [], note: 'The Prometheus operator only reports InvalidConfiguration.' }],
  [
    'BackupFailed',
    { nearest: ['Data-Path-Failed'], note: 'Velero writes no event about Backups; watch their status or its metrics.' },
  ],
  [
    'BackupCompleted',
    {
      nearest: ['Data-Path-Completed'],
      note: 'Velero writes no event about Backups; watch their status or its metrics.',
    },
  ],
  [
    'RestoreFailed',
    {
      nearest: ['Data-Path-Failed'],
      note: 'Velero writes no event about Restores; watch their status or its metrics.',
    },
  ],
  [
    'RestoreCompleted',
    {
      nearest: ['Data-Path-Completed'],
      note: 'Velero writes no event about Restores; watch their status or its metrics.',
    },
  ],
  ['ScheduledBackupCreated', { nearest: [], note: 'Velero writes no event about Schedules.' }],
  ['NodeStatusUpdate', { nearest: [], note: 'Kubernetes writes no such event.' }],
  ['BackOffFailed', { nearest: ['BackOff', 'Failed'], note: 'Two reasons run together.' }],
  [
    'NewReplicaSetCreated',
    { nearest: ['ScalingReplicaSet'], note: 'A condition of Deployments; Argo Rollouts writes it as an event.' },
  ],
  [
    'ProgressDeadlineExceeded',
    {
      nearest: ['FailedCreate', 'CrashLoopBackOff', 'ImagePullBackOff'],
      note: 'A condition of Deployments: a rollout that is stuck writes no event of its own.',
    },
  ],
  ['MinimumReplicasUnavailable', { nearest: [], note: 'A condition of Deployments, not an event.' }],
  ['FailedPlacement', { nearest: ['FailedScheduling'], note: 'Defined for DaemonSets and never written.' }],
]);
