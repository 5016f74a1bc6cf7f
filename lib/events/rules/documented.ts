import { ruleTable } from './ruleTable.ts';

/**
 * Words that documents and dashboards use as if they were reasons. Kubernetes never writes them as such (they are states
 * of containers, or wishes), but other emitters and our own relay do.
 */
export const documentedRules = ruleTable('documented', {}, [
  ['CrashLoopBackOff', 'critical', 'container'],
  ['OOMKilled', 'critical', 'container'],
  ['ImagePullBackOff', 'high', 'image'],
  ['ErrImagePull', 'high', 'image'],
  ['InvalidImageName', 'high', 'image'],
  ['CreateContainerConfigError', 'high', 'container'],
  ['CreateContainerError', 'high', 'container'],
  ['RunContainerError', 'high', 'container'],
  ['NodeNotReady', 'high', 'node'],
  ['KernelDeadlock', 'critical', 'node'],
  ['BackupFailed', 'critical', 'backup'],
]);
