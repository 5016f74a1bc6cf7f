import { ruleTable } from './ruleTable.ts';

/**
 * The workload controllers of kube-controller-manager. Their events are on the owner, not on the Pods; a Deployment that
 * is stuck has none of its own, the causes are on its ReplicaSet and Pods. `FailedCreate` is not resolved by
 * `SuccessfulCreate`: under a quota both alternate.
 */
export const workloadRules = ruleTable('workload', {}, [
  // Controllers go on until their objects are gone as well.
  [
    ['FailedCreate', 'FailedToCreateEndpoint', 'FailedToUpdateEndpoint', 'FailedToUpdateEndpointSlices'],
    'info',
    'workload',
    { id: 'leaving', message: 'because it is being terminated' },
  ],
  // Nobody refused it: something between the controller and the API server did not answer, and the next attempt may.
  [
    'FailedCreate',
    'high',
    'workload',
    {
      id: 'unanswered',
      message:
        'failed calling webhook|deadline exceeded|connection refused|i/o timeout|etcdserver: |currently unable to handle',
      patient: true,
    },
  ],
  ['FailedCreate', 'high', 'batch', { kind: 'Job' }],
  ['FailedCreate', 'high', 'batch', { kind: 'CronJob', id: 'cronjob' }],
  ['FailedCreate', 'high', 'workload', { kind: 'ReplicaSet', id: 'replicaset' }],
  ['FailedCreate', 'high', 'workload', { kind: 'ReplicationController', id: 'rc' }],
  ['FailedCreate', 'high', 'workload', { kind: 'StatefulSet', id: 'statefulset' }],
  ['FailedCreate', 'high', 'workload', { kind: 'DaemonSet', id: 'daemonset' }],
  ['FailedDelete', 'medium', undefined, { type: 'Warning' }],
  ['FailedUpdate', 'medium', 'workload', { kind: 'StatefulSet' }],
  ['SuccessfulCreate', 'info', undefined],
  ['SuccessfulDelete', 'info', undefined],
  ['SuccessfulUpdate', 'info', undefined],
  ['ScalingReplicaSet', 'info', 'workload'],
  ['ReplicaSetCreateError', 'high', 'workload'],
  ['SelectingAll', 'medium', 'workload'],
  ['DeploymentRollback', 'low', 'workload'],
  ['DeploymentRollbackRevisionNotFound', 'low', 'workload'],
  ['DeploymentRollbackTemplateUnchanged', 'low', 'workload'],
  ['FailedDaemonPod', 'high', 'workload'],
  ['SucceededDaemonPod', 'low', 'workload'],
  ['ConflictingController', 'low', 'workload', { kind: 'StatefulSet' }],
  ['RecreatingFailedPod', 'high', 'workload'],
  ['RecreatingTerminatedPod', 'low', 'workload'],
  ['NoPods', 'medium', 'workload', { kind: 'PodDisruptionBudget', type: 'Warning' }],
  ['NoPods', 'low', 'workload', { kind: 'PodDisruptionBudget', id: 'normal' }],
  ['CalculateExpectedPodCountFailed', 'medium', 'workload'],
  ['UnmanagedPods', 'low', 'workload'],
  ['MultiplePodDisruptionBudgets', 'medium', 'workload'],
  ['NotDeleted', 'low', 'workload', { component: 'controllermanager' }],
  ['OwnerRefInvalidNamespace', 'medium', 'workload'],
]);

/** Jobs and CronJobs. */
export const batchRules = ruleTable('batch', {}, [
  ['BackoffLimitExceeded', 'high', 'batch', { kind: 'Job' }],
  ['DeadlineExceeded', 'high', 'batch', { kind: 'Job' }],
  ['PodFailurePolicy', 'high', 'batch', { kind: 'Job' }],
  ['MaxFailedIndexesExceeded', 'high', 'batch', { kind: 'Job' }],
  ['FailedIndexes', 'high', 'batch', { kind: 'Job' }],
  ['TooManySucceededPods', 'low', 'batch', { kind: 'Job' }],
  ['UnknownCompletionMode', 'medium', 'batch', { kind: 'Job' }],
  ['Completed', 'info', 'batch', { kind: 'Job', resolves: ['FailedCreate'] }],
  ['Suspended', 'info', 'batch', { kind: 'Job' }],
  ['Resumed', 'info', 'batch', { kind: 'Job' }],
  ['WorkloadCreated', 'info', 'batch', { kind: 'Job' }],
  // Normal also when the job failed; medium, because the Job itself tells why and is high. Before 1.31 it is `status:`.
  [
    'SawCompletedJob',
    'medium',
    'batch',
    { id: 'failed', message: '(?:condition|status): Failed', as: 'CronJobRunFailed' },
  ],
  ['SawCompletedJob', 'info', 'batch', { resolves: ['CronJobRunFailed'], message: '(?:condition|status): Complete' }],
  ['SawCompletedJob', 'info', 'batch', { id: 'other' }],
  ['JobAlreadyActive', 'low', 'batch'],
  ['MissingJob', 'low', 'batch'],
  ['UnexpectedJob', 'low', 'batch'],
  ['FailedGet', 'medium', 'batch', { kind: 'CronJob' }],
  ['MissSchedule', 'medium', 'batch'],
  ['TooManyMissedTimes', 'high', 'batch'],
  ['UnparseableSchedule', 'medium', 'batch'],
  ['UnParseableCronJobSchedule', 'medium', 'batch'],
  ['InvalidSchedule', 'medium', 'batch'],
  ['UnknownTimeZone', 'medium', 'batch'],
  ['UnsupportedSchedule', 'low', 'batch'],
]);

/** The horizontal pod autoscaler. Metrics are missing for a moment after every rollout, hence medium. */
export const autoscalerRules = ruleTable('hpa', { kind: 'HorizontalPodAutoscaler' }, [
  ['FailedRescale', 'high', 'autoscaling'],
  ['FailedGetScale', 'high', 'autoscaling'],
  // New pods have no figures yet: usual after every rollout.
  [
    ['FailedGetResourceMetric', 'FailedGetContainerResourceMetric', 'FailedComputeMetricsReplicas'],
    'low',
    'autoscaling',
    { id: 'unready', message: 'pods might be unready|did not receive metrics for any ready pods' },
  ],
  ['FailedComputeMetricsReplicas', 'medium', 'autoscaling'],
  ['FailedGetResourceMetric', 'medium', 'autoscaling'],
  ['FailedGetContainerResourceMetric', 'medium', 'autoscaling'],
  ['FailedGetPodsMetric', 'medium', 'autoscaling'],
  ['FailedGetObjectMetric', 'medium', 'autoscaling'],
  ['FailedGetExternalMetric', 'medium', 'autoscaling'],
  ['FailedUpdateStatus', 'medium', 'autoscaling'],
  ['InvalidMetricSourceType', 'medium', 'autoscaling'],
  ['SelectorRequired', 'medium', 'autoscaling'],
  ['InvalidSelector', 'medium', 'autoscaling'],
  ['AmbiguousSelector', 'medium', 'autoscaling'],
  [
    'SuccessfulRescale',
    'info',
    'autoscaling',
    { resolves: ['FailedRescale', 'FailedGetScale', 'FailedComputeMetricsReplicas', 'FailedGetResourceMetric'] },
  ],
]);
