import { ruleTable } from './ruleTable.ts';

/**
 * Scheduling of Pods. No component is asked for: every scheduler profile reports under its own name, and Karpenter uses
 * the same reason for the pods it cannot make room for.
 */
export const schedulerRules = ruleTable('scheduler', { kind: 'Pod' }, [
  ['FailedScheduling', 'info', 'scheduling', { id: 'deleted', message: '^skip schedule deleting pod' }],
  ['FailedScheduling', 'high', 'scheduling'],
  ['Scheduled', 'info', 'scheduling', { resolves: ['FailedScheduling', 'NotTriggerScaleUp'] }],
  // Normal, yet a running pod was removed; the priorities were configured so, hence not high.
  ['Preempted', 'medium', 'scheduling'],
  ['BindingConditionsPending', 'info', 'scheduling'],
  ['FailedResourceClaimCreation', 'high', 'scheduling', { kind: ['Pod', 'PodGroup'] }],
]);

/** Leader election, of the control plane and of every operator that uses the same library. */
export const leaderElectionRules = ruleTable('leader-election', {}, [
  ['LeaderElection', 'low', 'workload', { id: 'lost', message: 'stopped leading' }],
  ['LeaderElection', 'info', 'workload'],
]);
