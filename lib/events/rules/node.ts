import { type RuleRow, ruleTable } from './ruleTable.ts';

/** Conditions of the EKS node monitoring agent. Its fatal findings are conditions only; whoever watches Nodes reports them so. */
const agentConditions = ['Kernel', 'Networking', 'Storage', 'ContainerRuntime', 'AcceleratedHardware'];

/**
 * The health of nodes, from the kubelet and the controllers that watch over it. Almost all of it is type Normal, loss of
 * a node included. The namespace of these events is `default`; the node's uid differs by emitter, its name does not.
 */
export const nodeRules = ruleTable('node', { kind: 'Node' }, [
  // High, not critical: every spot interruption and scale-down passes through it; repetition escalates.
  ['NodeNotReady', 'high', 'node'],
  ['NodeReady', 'info', 'node', { resolves: ['NodeNotReady', 'NodeStatusUnknown'] }],
  // Not emitted by Kubernetes 1.25 to 1.36, but documented, and the name of a condition's reason.
  ['NodeStatusUnknown', 'high', 'node'],
  ['NodeHasInsufficientMemory', 'high', 'node'],
  ['NodeHasSufficientMemory', 'info', 'node', { resolves: ['NodeHasInsufficientMemory'] }],
  ['NodeHasDiskPressure', 'high', 'node'],
  ['NodeHasNoDiskPressure', 'info', 'node', { resolves: ['NodeHasDiskPressure'] }],
  ['NodeHasInsufficientPID', 'high', 'node'],
  ['NodeHasSufficientPID', 'info', 'node', { resolves: ['NodeHasInsufficientPID'] }],
  ['NodeNetworkUnavailable', 'high', 'network'],
  ['NodeNetworkAvailable', 'info', 'network', { resolves: ['NodeNetworkUnavailable'] }],
  ...agentConditions.flatMap((name): RuleRow[] => [
    [`${name}NotReady`, 'high', 'node'],
    [`${name}Ready`, 'info', 'node', { type: 'Normal', component: 'kef-*', resolves: [`${name}NotReady`] }],
  ]),
  ['NodeNotSchedulable', 'low', 'node'],
  ['NodeSchedulable', 'info', 'node', { resolves: ['NodeNotSchedulable'] }],
  ['SystemOOM', 'critical', 'node'],
  ['KubeletSetupFailed', 'critical', 'node'],
  ['EvictionThresholdMet', 'high', 'node'],
  ['FreeDiskSpaceFailed', 'high', 'node'],
  ['ContainerGCFailed', 'medium', 'node'],
  ['FailedNodeAllocatableEnforcement', 'high', 'node'],
  ['Rebooted', 'high', 'node'],
  ['Shutdown', 'info', 'node', { id: 'cancelled', message: '[Cc]ancel' }],
  ['Shutdown', 'medium', 'node'],
  // Usual once at boot, before cAdvisor has its first figures.
  ['InvalidDiskCapacity', 'low', 'node'],
  ['CheckLimitsForResolvConf', 'info', 'dns'],
  ['MissingClusterDNS', 'medium', 'dns'],
  ['PossibleMemoryBackedVolumesOnDisk', 'low', 'security'],
  ['CgroupV1', 'low', 'node'],
  ['Starting', 'info', 'node'],
  ['NodeAllocatableEnforced', 'info', 'node'],
  ['RegisteredNode', 'info', 'node'],
  // What becomes of every node under autoscaling.
  ['RemovingNode', 'info', 'node'],
  ['DeletingAllPods', 'high', 'node'],
  // The cloud instance is gone: expected with autoscaling, and told by NodeNotReady without it.
  ['DeletingNode', 'low', 'node'],
  ['DeletingNodeFailed', 'medium', 'node'],
  ['Synced', 'info', 'node', { component: 'cloud-node-controller' }],
  ['FailedToStartProxierHealthcheck', 'high', 'network'],
  ['CIDRNotAvailable', 'high', 'network'],
  ['CIDRAssignmentFailed', 'high', 'network'],
  ['FailedToCreateRoute', 'high', 'network'],
]);

/** What the loss of a node does to its pods. The node has its own, more urgent incident. */
export const podOnNodeRules = ruleTable('node', { kind: 'Pod' }, [
  ['NodeNotReady', 'medium', 'node', { id: 'pod' }],
  ['NodeControllerEviction', 'high', 'node'],
  [
    'TaintManagerEviction',
    'info',
    'node',
    { id: 'cancelled', message: '^Cancelling deletion', resolves: ['TaintManagerEviction', 'NodeNotReady'] },
  ],
  ['TaintManagerEviction', 'medium', 'node'],
  [
    'DeviceTaintManagerEviction',
    'info',
    'scheduling',
    { id: 'cancelled', message: '^Cancelling deletion', resolves: ['DeviceTaintManagerEviction'] },
  ],
  ['DeviceTaintManagerEviction', 'medium', 'scheduling'],
]);
