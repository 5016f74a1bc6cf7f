import { ruleTable } from './ruleTable.ts';

/** Its events are off by default and all of interruption are Normal. With the older reason format one word covers all. */
export const terminationHandlerRules = ruleTable('nth', { component: 'aws-node-termination-handler' }, [
  [['SpotInterruption', 'ScheduledEvent'], 'high', 'aws'],
  ['SQSTermination', 'high', 'aws', { id: 'spot', message: '[Ss]pot [Ii]nterruption', as: 'SpotInterruption' }],
  [
    'SQSTermination',
    'high',
    'aws',
    { id: 'scheduled', message: '[Ss]cheduled [Cc]hange|[Ss]cheduled [Ee]vent', as: 'ScheduledEvent' },
  ],
  ['SQSTermination', 'low', 'aws', { id: 'rebalance', message: '[Rr]ebalance', as: 'RebalanceRecommendation' }],
  // Instances that a scaling group ends or replaces: planned, as far as an event can tell.
  ['SQSTermination', 'medium', 'aws'],
  [['StateChange', 'ASGLifecycle', 'UnknownInterruption'], 'medium', 'aws'],
  ['RebalanceRecommendation', 'low', 'aws'],
  [['CordonAndDrainError', 'MonitorError'], 'high', 'aws'],
  [['CordonError', 'UncordonError', 'PreDrainError', 'PostDrainError', 'CancelDrainError'], 'medium', 'aws'],
  ['CordonAndDrain', 'low', 'aws', { resolves: ['CordonAndDrainError'] }],
  ['Cordon', 'low', 'aws', { resolves: ['CordonError'] }],
  [['Uncordon', 'PreDrain', 'PostDrain', 'CancelDrain', 'PodEviction'], 'info', 'aws'],
]);

const agentConditions = ['Kernel', 'Networking', 'Storage', 'ContainerRuntime', 'AcceleratedHardware'].map(
  (name) => `${name}Ready`,
);

/**
 * EKS node monitoring agent. The reason is the condition (`NetworkingReady`) and sounds healthy; the finding is the word
 * before the colon of the message, and is what people search for. Fatal findings write no event, only the condition.
 */
export const eksNodeAgentRules = ruleTable('eks-node-agent', { component: 'eks-node-monitoring-agent', kind: 'Node' }, [
  [
    agentConditions,
    'high',
    'aws',
    {
      id: 'serious',
      type: 'Warning',
      // Work of the node stops or is about to.
      message:
        '^(IPAMDNoIPs|IPAMDNotReady|IPAMDNotRunning|MissingDefaultRoutes|MissingIPRoutes|KubeProxyNotReady|ConntrackExceeded|' +
        'ConntrackExceededKernel|ContainerRuntimeFailed|KubeletFailed|ForkFailedOutOfPIDs|KernelBug|SoftLockup|' +
        'BlockDeviceIOError|NvidiaDoubleBitError|NvidiaNVLinkError|DCGMError):',
      as: '$1',
    },
  ],
  [
    agentConditions.slice(0, 4),
    'low',
    'aws',
    {
      id: 'advice',
      type: 'Warning',
      // Limits that were touched, and settings that could be better.
      message:
        '^(BandwidthInExceeded|BandwidthOutExceeded|PPSExceeded|LinkLocalExceeded|EBSInstanceIOPSExceeded|' +
        'EBSInstanceThroughputExceeded|EBSVolumeIOPSExceeded|EBSVolumeThroughputExceeded|XFSSmallAverageClusterSize|' +
        'DeprecatedContainerdConfiguration|RapidCron|LargeEnvironment|NetworkSysctl|MACAddressPolicyMisconfigured|' +
        'LivenessProbeFailures|ReadinessProbeFailures|ExcessiveZombieProcesses|KubeletDiskUsageSlow|EFAErrorMetric):',
      as: '$1',
    },
  ],
  [agentConditions, 'medium', 'aws', { id: 'warning', type: 'Warning', message: '^([A-Za-z0-9]+):', as: '$1' }],
  [agentConditions, 'medium', 'aws', { type: 'Warning' }],
  [agentConditions, 'info', 'aws', { id: 'normal' }],
]);

const branchTroubles = ['BranchAllocationFailed', 'BranchENIAnnotationFailed', 'ResourceAllocationFailed'];

/** The pod network of EKS: the VPC CNI's own agent, and the resource controller in the control plane. */
export const vpcRules = ruleTable('vpc', {}, [
  // New pods of the node get no address, old ones go on.
  ['MissingIAMPermissions', 'critical', 'aws', { component: 'aws-node' }],
  ['AwsNodeNotificationToRc', 'info', 'aws'],
  [['BranchAllocationFailed', 'BranchENIAnnotationFailed'], 'high', 'aws', { kind: 'Pod' }],
  ['ResourceAllocationFailed', 'medium', 'aws', { kind: 'Pod' }],
  ['ResourceAllocated', 'info', 'aws', { kind: 'Pod', resolves: branchTroubles }],
  ['SecurityGroupRequested', 'medium', 'aws', { kind: 'Pod', type: 'Warning' }],
  ['SecurityGroupRequested', 'info', 'aws', { kind: 'Pod', id: 'normal' }],
  [['TrunkENICreationFailed', 'InsufficientCidrBlocks', 'EniConfigNameNotFound'], 'high', 'aws', { kind: 'Node' }],
  ['NodeTrunkFailedInit', 'high', 'aws', { kind: 'Node' }],
  ['NodeTrunkInitiated', 'info', 'aws', { kind: 'Node', resolves: ['NodeTrunkFailedInit', 'TrunkENICreationFailed'] }],
  ['CNINodeCreationFailed', 'high', 'aws'],
  ['CNINodeDeletionFailed', 'medium', 'aws'],
  // A property of the instance type, repeated for every node that has it.
  ['Unsupported', 'info', 'aws', { component: 'vpc-resource-controller' }],
  [['ControllerVersionNotice', 'BranchENICoolDownPeriodUpdated'], 'info', 'aws'],
]);

const buildTroubles = ['FailedBuildModel', 'FailedDeployModel'];
const bindingTroubles = ['FailedNetworkReconcile', 'BackendNotFound', 'FailedReconcile', 'FailedDeploy'];
const bookkeeping = ['FailedAddFinalizer', 'FailedRemoveFinalizer', 'FailedUpdateStatus', 'FailedCleanupStatus'];
const lesser = ['FailedLoadGroupID', 'FailedCleanup', 'FailedEndpointLoad'];

/** AWS Load Balancer Controller. Component names are as plain as `ingress` and `service`: kinds and reasons decide. */
export const awsLoadBalancerRules = ruleTable(
  'aws-lbc',
  { kind: ['Ingress', 'Service', 'TargetGroupBinding', 'Gateway', 'GlobalAccelerator'] },
  [
    [[...buildTroubles, ...bindingTroubles], 'high', 'loadbalancer'],
    [[...bookkeeping, ...lesser], 'medium', 'loadbalancer'],
    ['WarningEndpoints', 'low', 'loadbalancer'],
    [
      'SuccessfullyReconciled',
      'info',
      'loadbalancer',
      { resolves: [...buildTroubles, ...bindingTroubles, ...bookkeeping, ...lesser] },
    ],
  ],
);
