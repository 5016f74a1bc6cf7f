import { ruleTable } from './ruleTable.ts';

/**
 * The kubelet refuses a pod that was already scheduled to it (pkg/kubelet/lifecycle, cm/admission): the pod ends as
 * Failed with this reason.
 */
export const kubeletAdmissionRules = ruleTable('kubelet', { kind: 'Pod', type: 'Warning' }, [
  // OutOfcpu, OutOfmemory, OutOfpods, OutOfnvidia.com/gpu: the resource is part of the reason.
  ['OutOf*', 'high', 'scheduling'],
  ['UnexpectedAdmissionError', 'high', 'scheduling'],
  ['VolumeAttachmentLimitExceeded', 'high', 'storage'],
  ['FailedPrepareDynamicResources', 'high', 'scheduling'],
  ['FailedNodeDeclaredFeaturesCheck', 'medium', 'scheduling'],
  ['NodeAffinity', 'medium', 'scheduling'],
  ['NodeName', 'medium', 'scheduling'],
  ['NodePorts', 'medium', 'scheduling'],
  ['TaintToleration', 'medium', 'scheduling'],
  ['InvalidNodeInfo', 'medium', 'scheduling'],
  ['PodOSSelectorNodeLabelDoesNotMatch', 'medium', 'scheduling'],
  ['PodOSNotSupported', 'medium', 'scheduling'],
  ['SupplementalGroupsPolicyNotSupported', 'medium', 'scheduling'],
  ['UnknownReason', 'medium', 'scheduling', { component: 'kubelet' }],
  ['UnexpectedPredicateFailureType', 'medium', 'scheduling'],
  ['EmptyPodSharedPoolError', 'medium', 'scheduling'],
  ['TopologyAffinityError', 'medium', 'scheduling'],
  ['SMTAlignmentError', 'medium', 'scheduling'],
  ['NodeShutdown', 'medium', 'node'],
  ['SysctlForbidden', 'medium', 'security'],
  ['AppArmor', 'medium', 'security'],
  ['PodFeatureUnsupported', 'medium', 'scheduling'],
  ['PodLevelResourcesNotSupported', 'medium', 'scheduling'],
]);
