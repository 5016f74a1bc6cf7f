import { type RuleRow, ruleTable } from './ruleTable.ts';

const nodes = ['Node', 'NodeClaim'];

/** Karpenter's own events. Consolidation, drift and expiry are its daily work: none of that is news. */
export const karpenterRules = ruleTable('karpenter', { component: 'karpenter' }, [
  // One type, zone or market is sold out, and the next is tried within seconds; when none is left, pods wait and tell.
  ['InsufficientCapacityError', 'high', 'aws', { patient: true }],
  ['NoCompatibleInstanceTypes', 'high', 'autoscaling'],
  ['NodeClassNotReady', 'high', 'aws', { kind: 'NodeClaim' }],
  ['NodeRepairBlocked', 'high', 'node', { kind: nodes }],
  [['SpotInterrupted', 'CapacityReservationInstanceInterrupted', 'InstanceUnhealthy'], 'high', 'aws', { kind: nodes }],
  ['InstanceStopping', 'high', 'aws', { kind: nodes, type: 'Warning' }],
  // EC2 also reports the terminations that Karpenter asked for.
  ['InstanceTerminating', 'medium', 'aws', { kind: nodes, type: 'Warning' }],
  // What follows from the notice that was reported just before.
  ['TerminatingOnInterruption', 'medium', 'aws', { kind: nodes }],
  ['SpotRebalanceRecommendation', 'low', 'aws', { kind: nodes }],
  ['ZonalShiftActive', 'high', 'aws'],
  ['ZonalShiftCleared', 'info', 'aws', { resolves: ['ZonalShiftActive'] }],
  // Two events without a reason.
  [
    'Unspecified',
    'high',
    'aws',
    { id: 'node-class', message: '^Failed resolving NodeClass', as: 'NodeClassNotResolved' },
  ],
  ['Unspecified', 'high', 'aws', { id: 'spot-role', message: 'ServiceLinkedRole', as: 'SpotServiceLinkedRoleMissing' }],
  ['TerminationGracePeriodExpiring', 'medium', 'node', { kind: nodes }],
  ['FailedConsistencyCheck', 'medium', 'node', { kind: 'NodeClaim' }],
  ['Disrupted', 'medium', 'node', { kind: 'Pod' }],
  // No cordon, but a taint: what says that the node will go.
  [['DisruptionTerminating', 'DeprovisioningTerminating'], 'low', 'autoscaling', { kind: 'Node' }],
  [['DisruptionTerminating', 'DeprovisioningTerminating'], 'info', 'autoscaling', { id: 'claim' }],
  // Repeated while pods end in their own time; what stays is a disruption budget that forbids it.
  ['FailedDraining', 'low', 'node', { kind: 'Node' }],
  [['UnregisteredTaintMissing', 'InvalidDoNotDisruptAnnotation'], 'low', 'node'],
  [
    [
      'Nominated',
      'AwaitingVolumeDetachment',
      'DisruptionLaunching',
      'DisruptionWaitingReadiness',
      'DisruptionWaitingDeletion',
      'DisruptionBlocked',
      'DeprovisioningBlocked',
      'DeprovisioningLaunching',
      'DeprovisioningWaitingReadiness',
      'DeprovisioningWaitingDeletion',
      'Unconsolidatable',
      'ConsolidationCandidate',
      'ConsolidationRejected',
      'ConsolidationApproved',
      'DoNotDisruptUntil',
      'DoNotDisruptGracePeriodElapsed',
      'WaitingOnNodeClaimTermination',
      'Finalized',
    ],
    'info',
    'autoscaling',
  ],
]);

/** The end of `Status condition transitioned, Type: T, Status: A -> B, Reason: R`. */
const became = (status: string) => `, Status: (?:True|False|Unknown) -> ${status}`;

/** Two rows for a condition: what its bad state is called, and the good state that ends it. */
function condition(
  type: string,
  kind: string,
  severity: 'critical' | 'high' | 'medium',
  as: string,
  bad: 'True' | 'False' = 'False',
): RuleRow[] {
  const category = kind === 'Node' ? 'node' : 'autoscaling';
  return [
    [type, severity, category, { kind, id: `${kind}-bad`, message: became(bad), as }],
    [
      type,
      'info',
      category,
      { kind, id: `${kind}-good`, message: became(bad === 'True' ? 'False' : 'True'), resolves: [as] },
    ],
  ];
}

/** Conditions that the EKS node monitoring agent keeps; its fatal findings are told by this event alone. */
const agentConditions = ['Kernel', 'Networking', 'Storage', 'ContainerRuntime', 'AcceleratedHardware'];
const nodeClassParts = [
  'Subnets',
  'SecurityGroups',
  'AMIs',
  'InstanceProfile',
  'CapacityReservations',
  'PlacementGroup',
];

/**
 * Status conditions, reported by Karpenter for its own objects and for every Node. Always Normal, with the condition as
 * reason, so `Ready` may mean that a node is gone: the message decides. Names are those of the same trouble from other
 * sources, so that it is one incident. A condition that became Unknown says no more than that its node is lost.
 */
export const karpenterConditionRules = ruleTable(
  'karpenter-condition',
  { component: 'karpenter', type: 'Normal', message: '^Status condition transitioned, ' },
  [
    ['Ready', 'high', 'node', { kind: 'Node', id: 'lost', message: became('(?:False|Unknown)'), as: 'NodeNotReady' }],
    [
      'Ready',
      'info',
      'node',
      {
        kind: 'Node',
        id: 'back',
        message: became('True'),
        as: 'NodeReady',
        resolves: ['NodeNotReady', 'NodeStatusUnknown'],
      },
    ],
    ...condition('MemoryPressure', 'Node', 'high', 'NodeHasInsufficientMemory', 'True'),
    ...condition('DiskPressure', 'Node', 'high', 'NodeHasDiskPressure', 'True'),
    ...condition('PIDPressure', 'Node', 'high', 'NodeHasInsufficientPID', 'True'),
    ...condition('NetworkUnavailable', 'Node', 'high', 'NodeNetworkUnavailable', 'True'),
    ...condition('ReadonlyFilesystem', 'Node', 'critical', 'FilesystemIsReadOnly', 'True'),
    ...condition('KernelDeadlock', 'Node', 'critical', 'KernelDeadlock', 'True'),
    ...agentConditions.flatMap((name) => condition(`${name}Ready`, 'Node', 'high', `${name}NotReady`)),
    ...condition('Launched', 'NodeClaim', 'medium', 'NodeClaimNotLaunched'),
    ...condition('Registered', 'NodeClaim', 'medium', 'NodeClaimNotRegistered'),
    ...condition('Ready', 'NodePool', 'high', 'NodePoolNotReady'),
    ...condition('ValidationSucceeded', 'NodePool', 'high', 'ValidationFailed'),
    ...condition('NodeRegistrationHealthy', 'NodePool', 'high', 'NodeRegistrationUnhealthy'),
    ...condition('NodeClassReady', 'NodePool', 'medium', 'NodeClassNotReady'),
    ...condition('Ready', '*NodeClass', 'medium', 'NodeClassNotReady'),
    ...condition('ValidationSucceeded', '*NodeClass', 'high', 'ValidationFailed'),
    ...nodeClassParts.flatMap((name) => condition(`${name}Ready`, '*NodeClass', 'high', `${name}NotReady`)),
    // Conditions of other agents on Nodes: which state is the bad one, only their owner knows.
    ['*', 'low', 'node', { kind: 'Node', id: 'node', message: became('(?:True|False)') }],
    ['*', 'info', 'autoscaling'],
  ],
);
