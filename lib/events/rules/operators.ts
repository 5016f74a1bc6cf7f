import { ruleTable } from './ruleTable.ts';

/** The descheduler evicts on purpose; its reasons are names of strategies. */
export const deschedulerRules = ruleTable('descheduler', { component: 'sigs.k8s.io.descheduler' }, [
  ['EvictionFailed', 'low', 'scheduling'],
  ['*', 'info', 'scheduling', { type: 'Normal' }],
]);

const admissionTroubles = [
  'NoMatchingFlavor',
  'ExceedsMaxQuota',
  'AdmissionCheckRejected',
  'SecondPassFailed',
  'FailedCreate',
];

/** Kueue, about Workloads. Waiting for quota is what a queue is for. */
export const kueueRules = ruleTable('kueue', { kind: 'Workload' }, [
  [['EvictedDueToPodsReadyTimeout', 'EvictedDueToNodeFailures', 'MaximumExecutionTimeExceeded'], 'high', 'batch'],
  [admissionTroubles, 'medium', 'batch'],
  ['Preempted', 'medium', 'batch'],
  // The cause is part of the reason, sometimes two of them.
  ['EvictedDueTo*', 'medium', 'batch'],
  [['QuotaReserved', 'Admitted'], 'info', 'batch', { resolves: admissionTroubles }],
  [['Pending', 'WaitingForQuota', 'PreemptedWorkload', 'ProvisioningRequestCreated'], 'info', 'batch'],
]);

/** Kueue, about the jobs it starts and stops. */
export const kueueJobRules = ruleTable('kueue-job', {}, [
  [['ErrWorkloadCompose', 'KueueForcefullyDeleted'], 'medium', 'batch'],
  ['CreatedWorkload', 'info', 'batch'],
  [['Started', 'Stopped'], 'info', 'batch', { component: '*kueue*' }],
]);

/** Strimzi restarts brokers for a reason, which is the reason; a planned one comes once for each broker. */
export const strimziRules = ruleTable('strimzi', { component: 'strimzi.io/*' }, [
  [['PodForceRestartOnError', 'PodStuck', 'PodUnresponsive'], 'medium', 'workload'],
  ['*', 'info', 'workload', { type: 'Normal' }],
]);
