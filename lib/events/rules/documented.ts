import { ruleTable } from './ruleTable.ts';

/**
 * Words that documents and dashboards use as if they were reasons. Kubernetes and the add-ons never write them as such
 * (they are states of containers, conditions, or wishes), but other emitters and our own relay do.
 */
export const documentedRules = ruleTable('documented', {}, [
  [['CrashLoopBackOff', 'OOMKilled'], 'critical', 'container'],
  [['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName'], 'high', 'image'],
  [['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'], 'high', 'container'],
  [['ReadonlyFilesystem', 'FilesystemCorruption'], 'critical', 'node'],
  ['ContainerdHung', 'high', 'node'],
  ['BackupFailed', 'critical', 'backup'],
  ['RestoreFailed', 'high', 'backup'],
  [['BackupCompleted', 'RestoreCompleted', 'ScheduledBackupCreated'], 'info', 'backup'],
  ['NotReady', 'high', 'certificate', { kind: 'Certificate', as: 'CertificateNotReady' }],
  ['IssuerNotReady', 'high', 'certificate', { kind: ['Issuer', 'ClusterIssuer'] }],
  [
    ['Ready', 'Issued'],
    'info',
    'certificate',
    { kind: 'Certificate', resolves: ['CertificateNotReady', 'CertificateExpired'] },
  ],
  [['OrderComplete', 'OrderCreated'], 'info', 'certificate', { kind: 'Order' }],
  ['RenewalScheduled', 'info', 'certificate', { kind: 'Certificate' }],
  [['InjectionFailed', 'EnvoyNotReady'], 'high', 'mesh'],
  ['EnvoyReady', 'info', 'mesh', { resolves: ['EnvoyNotReady'] }],
  ['InjectionSucceeded', 'info', 'mesh', { resolves: ['InjectionFailed'] }],
  ['ProxyConfigChanged', 'info', 'mesh'],
  [['SyncFailed', 'Degraded'], 'high', 'gitops', { kind: 'Application' }],
  ['OutOfSync', 'medium', 'gitops', { kind: 'Application' }],
  ['Healthy', 'info', 'gitops', { kind: 'Application', resolves: ['Degraded'] }],
  ['Synced', 'info', 'gitops', { kind: 'Application', resolves: ['OutOfSync', 'SyncFailed'] }],
  [['Progressing', 'Pruned'], 'info', 'gitops', { kind: 'Application' }],
  ['SyncFailed', 'high', 'monitoring', { id: 'prometheus' }],
  [['PrometheusRuleCreated', 'AlertmanagerConfigSynced', 'ConfigReloaded'], 'info', 'monitoring'],
  ['IngressNotReady', 'high', 'serverless'],
  ['RouteReady', 'info', 'serverless', { resolves: ['IngressNotReady'] }],
  ['FailedToSyncRecords', 'high', 'dns'],
  [['CreateRecord', 'UpdateRecord', 'DeleteRecord'], 'info', 'dns'],
  ['IPNotAssigned', 'high', 'loadbalancer'],
  ['IPAssigned', 'info', 'loadbalancer', { resolves: ['IPNotAssigned'] }],
  ['Killed', 'info', 'container'],
  ['NodeStatusUpdate', 'info', 'node'],
]);
