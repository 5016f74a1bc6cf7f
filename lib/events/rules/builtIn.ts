import {
  externalDnsRules,
  istioRules,
  knativeRules,
  metalLbRules,
  prometheusOperatorRules,
  veleroRules,
} from './addOns.ts';
import { applicationSetRules, argoCdRules, argoRolloutsRules, argoWorkflowsRules } from './argo.ts';
import { clusterAutoscalerRules, kedaRules, vpaRules } from './autoscaling.ts';
import { awsLoadBalancerRules, eksNodeAgentRules, terminationHandlerRules, vpcRules } from './aws.ts';
import { certManagerRules } from './certManager.ts';
import { csiRules } from './csi.ts';
import { documentedRules } from './documented.ts';
import { fluxNotificationRules, fluxSourceRules, helmRules, kustomizeRules } from './flux.ts';
import { conflictRules, genericRules } from './generic.ts';
import { ingressNginxRules, nginxRules } from './ingress.ts';
import { karpenterConditionRules, karpenterRules } from './karpenter.ts';
import { kubeletAdmissionRules } from './kubeletAdmission.ts';
import { kubeletContainerRules } from './kubeletContainer.ts';
import { kubeletImageRules, kubeletNodeImageRules } from './kubeletImage.ts';
import { loadBalancerRules, networkRules } from './network.ts';
import { nodeRules, podOnNodeRules } from './node.ts';
import { nodeProblemDetectorRules } from './nodeProblemDetector.ts';
import { deschedulerRules, kueueJobRules, kueueRules, strimziRules } from './operators.ts';
import type { BuiltInRule } from './ruleTable.ts';
import { leaderElectionRules, schedulerRules } from './scheduler.ts';
import {
  externalSecretsRules,
  gatekeeperRules,
  kyvernoRules,
  secretStoreRules,
  secretsStoreCsiRules,
} from './security.ts';
import { storageRules } from './storage.ts';
import { autoscalerRules, batchRules, workloadRules } from './workloads.ts';

/**
 * The built-in rules in the order they are consulted: the particular before the general. A new source is a new file with
 * one table and a line here; order between tables matters only where they share a reason.
 */
export const builtInRuleSpecs: readonly BuiltInRule[] = [
  ...conflictRules,
  ...kubeletImageRules,
  ...kubeletContainerRules,
  ...kubeletAdmissionRules,
  ...kubeletNodeImageRules,
  ...karpenterConditionRules,
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
  ...certManagerRules,
  ...ingressNginxRules,
  ...nginxRules,
  ...argoCdRules,
  ...applicationSetRules,
  ...argoRolloutsRules,
  ...argoWorkflowsRules,
  ...kustomizeRules,
  ...helmRules,
  ...fluxSourceRules,
  ...fluxNotificationRules,
  ...karpenterRules,
  ...terminationHandlerRules,
  ...eksNodeAgentRules,
  ...vpcRules,
  ...awsLoadBalancerRules,
  ...csiRules,
  ...clusterAutoscalerRules,
  ...vpaRules,
  ...kedaRules,
  ...kyvernoRules,
  ...gatekeeperRules,
  ...externalSecretsRules,
  ...secretStoreRules,
  ...secretsStoreCsiRules,
  ...metalLbRules,
  ...istioRules,
  ...veleroRules,
  ...externalDnsRules,
  ...prometheusOperatorRules,
  ...kueueRules,
  ...kueueJobRules,
  ...knativeRules,
  ...deschedulerRules,
  ...strimziRules,
  ...documentedRules,
  ...genericRules,
];
