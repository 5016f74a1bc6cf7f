import { documentedRules } from './documented.ts';
import { genericRules } from './generic.ts';
import { kubeletAdmissionRules } from './kubeletAdmission.ts';
import { kubeletContainerRules } from './kubeletContainer.ts';
import { kubeletImageRules, kubeletNodeImageRules } from './kubeletImage.ts';
import { loadBalancerRules, networkRules } from './network.ts';
import { nodeRules, podOnNodeRules } from './node.ts';
import { nodeProblemDetectorRules } from './nodeProblemDetector.ts';
import type { BuiltInRule } from './ruleTable.ts';
import { leaderElectionRules, schedulerRules } from './scheduler.ts';
import { storageRules } from './storage.ts';
import { autoscalerRules, batchRules, workloadRules } from './workloads.ts';

/**
 * The built-in rules in the order they are consulted: the particular before the general. A new source is a new file with
 * one table and a line here; order between tables matters only where they share a reason.
 */
export const builtInRuleSpecs: readonly BuiltInRule[] = [
  ...kubeletImageRules,
  ...kubeletContainerRules,
  ...kubeletAdmissionRules,
  ...kubeletNodeImageRules,
  ...nodeRules,
  ...podOnNodeRules,
  ...nodeProblemDetectorRules,
  ...schedulerRules,
  ...leaderElectionRules,
  ...workloadRules,
  ...batchRules,
  ...autoscalerRules,
  ...storageRules,
  ...networkRules,
  ...loadBalancerRules,
  ...documentedRules,
  ...genericRules,
];
