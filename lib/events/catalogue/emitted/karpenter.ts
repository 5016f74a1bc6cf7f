import { emitted } from './emitted.ts';

/** Karpenter, its AWS provider, and the status conditions that it reports. */
export const karpenterEmitted = emitted(`
@ karpenter / Pod
Nominated | Normal | info | Pod is expected on a node or new NodeClaim
FailedScheduling | Warning | high | Karpenter cannot provision capacity for the pod | Failed to schedule pod, no instance type satisfied resources
Evicted | Normal | low | Pod evicted for node drain | Evicted pod: Underutilized
Disrupted | Normal | medium | Pod deleted early to meet the node termination deadline
InvalidDoNotDisruptAnnotation | Warning | low | do-not-disrupt annotation invalid
DoNotDisruptUntil | Normal | info | do-not-disrupt ends at a given time
DoNotDisruptGracePeriodElapsed | Normal | info | do-not-disrupt period ended

@ karpenter / NodePool
NoCompatibleInstanceTypes | Warning | high | NodePool requirements leave no instance type
DisruptionBlocked | Normal | info | Disruption budget exhausted
ValidationSucceeded | Normal | info | Condition ValidationSucceeded of the NodePool changed | Status condition transitioned, Type: ValidationSucceeded, Status: Unknown -> True, Reason: ValidationSucceeded
ValidationSucceeded | Normal | high | The NodePool is invalid | Status condition transitioned, Type: ValidationSucceeded, Status: Unknown -> False, Reason: ValidationFailed
NodeClassReady | Normal | info | Condition NodeClassReady of the NodePool changed | Status condition transitioned, Type: NodeClassReady, Status: Unknown -> True, Reason: NodeClassReady
NodeClassReady | Normal | medium | The node class of the pool is not ready | Status condition transitioned, Type: NodeClassReady, Status: True -> False, Reason: NodeClassNotReady
NodeRegistrationHealthy | Normal | info | Condition NodeRegistrationHealthy of the NodePool changed | Status condition transitioned, Type: NodeRegistrationHealthy, Status: Unknown -> True, Reason: NodeRegistrationHealthy
NodeRegistrationHealthy | Normal | high | New nodes of the pool keep failing to join | Status condition transitioned, Type: NodeRegistrationHealthy, Status: True -> False, Reason: RegistrationFailed
Ready | Normal | info | Condition Ready of the NodePool changed | Status condition transitioned, Type: Ready, Status: Unknown -> True, Reason: Ready
Ready | Normal | high | The NodePool cannot launch nodes | Status condition transitioned, Type: Ready, Status: True -> False, Reason: UnhealthyDependents
ZonalShiftActive | Warning | high | ARC zonal shift: zone unavailable for the NodePool
ZonalShiftCleared | Normal | info | Zonal shift ended
(none) | Warning | high | NodeClass could not be resolved | Failed resolving NodeClass

@ karpenter / Node
FailedDraining | Warning | low | Node could not be drained yet | Failed to drain node, 2 pods are waiting to be evicted
AwaitingVolumeDetachment | Normal | info | Node termination waits for volumes
TerminationGracePeriodExpiring | Warning | medium | Node will be removed at the given time, pods included
NodeRepairBlocked | Warning | high | Automatic node repair is blocked
DisruptionTerminating | Normal | low | Node is being disrupted (consolidation, drift, expiry)
DisruptionBlocked | Normal | info | Disruption is blocked
Unconsolidatable | Normal | info | Node cannot be consolidated
ConsolidationCandidate | Normal | info | Node considered for consolidation
ConsolidationRejected | Normal | info | Consolidation rejected
ConsolidationApproved | Normal | info | Consolidation approved
DisruptionWaitingDeletion | Normal | info | Waiting for deletion
DeprovisioningBlocked | Normal | info | Deprovisioning blocked
DeprovisioningLaunching | Normal | info | Replacement launched
DeprovisioningTerminating | Normal | low | Deprovisioning node
DeprovisioningWaitingReadiness | Normal | info | Waiting for replacement
DeprovisioningWaitingDeletion | Normal | info | Waiting for deletion
Ready | Normal | high | Condition Ready of the Node changed | Status condition transitioned, Type: Ready, Status: True -> Unknown, Reason: Ready
Ready | Normal | info | The node became ready | Status condition transitioned, Type: Ready, Status: False -> True, Reason: KubeletReady
MemoryPressure | Normal | info | Condition MemoryPressure of the Node changed | Status condition transitioned, Type: MemoryPressure, Status: True -> False, Reason: MemoryPressure
MemoryPressure | Normal | high | The node entered memory pressure | Status condition transitioned, Type: MemoryPressure, Status: False -> True, Reason: KubeletHasInsufficientMemory
MemoryPressure | Normal | info | The node stopped reporting; NodeNotReady tells of that | Status condition transitioned, Type: MemoryPressure, Status: False -> Unknown, Reason: NodeStatusUnknown
DiskPressure | Normal | info | Condition DiskPressure of the Node changed | Status condition transitioned, Type: DiskPressure, Status: True -> False, Reason: DiskPressure
DiskPressure | Normal | high | The node entered disk pressure | Status condition transitioned, Type: DiskPressure, Status: False -> True, Reason: KubeletHasDiskPressure
PIDPressure | Normal | info | Condition PIDPressure of the Node changed | Status condition transitioned, Type: PIDPressure, Status: True -> False, Reason: PIDPressure
PIDPressure | Normal | high | The node entered PID pressure | Status condition transitioned, Type: PIDPressure, Status: False -> True, Reason: KubeletHasInsufficientPID
NetworkUnavailable | Normal | info | Condition NetworkUnavailable of the Node changed | Status condition transitioned, Type: NetworkUnavailable, Status: True -> False, Reason: NetworkUnavailable
NetworkUnavailable | Normal | high | The node network is not configured | Status condition transitioned, Type: NetworkUnavailable, Status: False -> True, Reason: NoRouteCreated
SpotInterrupted | Warning | high | Spot interruption notice (2 minutes)
CapacityReservationInstanceInterrupted | Warning | high | Capacity reservation interruption notice
SpotRebalanceRecommendation | Normal | low | Spot rebalance recommendation
InstanceStopping | Warning | high | EC2 instance is stopping
InstanceTerminating | Warning | medium | EC2 instance is terminating
InstanceUnhealthy | Warning | high | AWS health/status check event for the instance
TerminatingOnInterruption | Warning | medium | Karpenter drains the node because of an interruption
KernelReady | Normal | high | A fatal finding of the EKS node monitoring agent (kernel); no other event tells of it | Status condition transitioned, Type: KernelReady, Status: True -> False, Reason: ForkFailedOutOfPIDs
NetworkingReady | Normal | high | A fatal finding of the EKS node monitoring agent (network); no other event tells of it | Status condition transitioned, Type: NetworkingReady, Status: True -> False, Reason: IPAMDNotRunning
StorageReady | Normal | high | A fatal finding of the EKS node monitoring agent (storage); no other event tells of it | Status condition transitioned, Type: StorageReady, Status: True -> False, Reason: EBSVolumeIOError
ContainerRuntimeReady | Normal | high | A fatal finding of the EKS node monitoring agent (container runtime); no other event tells of it | Status condition transitioned, Type: ContainerRuntimeReady, Status: True -> False, Reason: PodStuckTerminating
AcceleratedHardwareReady | Normal | high | A fatal finding of the EKS node monitoring agent (GPU or Neuron); no other event tells of it | Status condition transitioned, Type: AcceleratedHardwareReady, Status: True -> False, Reason: NvidiaXID79Error
KernelReady | Normal | info | That finding is over | Status condition transitioned, Type: KernelReady, Status: False -> True, Reason: KernelIsReady
NetworkingReady | Normal | info | That finding is over | Status condition transitioned, Type: NetworkingReady, Status: False -> True, Reason: NetworkingIsReady
StorageReady | Normal | info | That finding is over | Status condition transitioned, Type: StorageReady, Status: False -> True, Reason: StorageIsReady
ContainerRuntimeReady | Normal | info | That finding is over | Status condition transitioned, Type: ContainerRuntimeReady, Status: False -> True, Reason: ContainerRuntimeIsReady
AcceleratedHardwareReady | Normal | info | That finding is over | Status condition transitioned, Type: AcceleratedHardwareReady, Status: False -> True, Reason: AcceleratedHardwareIsReady
ReadonlyFilesystem | Normal | critical | node-problem-detector found a file system that is read-only | Status condition transitioned, Type: ReadonlyFilesystem, Status: False -> True, Reason: FilesystemIsReadOnly
ReadonlyFilesystem | Normal | info | The file system can be written again | Status condition transitioned, Type: ReadonlyFilesystem, Status: True -> False, Reason: FilesystemIsNotReadOnly
KernelDeadlock | Normal | critical | node-problem-detector found a deadlock of the kernel | Status condition transitioned, Type: KernelDeadlock, Status: False -> True, Reason: DockerHung
KernelDeadlock | Normal | info | The deadlock is over | Status condition transitioned, Type: KernelDeadlock, Status: True -> False, Reason: KernelHasNoDeadlock
FrequentKubeletRestart | Normal | low | Another condition of the node changed; its owner knows which state is the bad one | Status condition transitioned, Type: FrequentKubeletRestart, Status: False -> True, Reason: FrequentKubeletRestart

@ karpenter / NodeClaim
DisruptionTerminating | Normal | info | NodeClaim is being disrupted (consolidation, drift, expiry)
DeprovisioningTerminating | Normal | info | Deprovisioning node
TerminationGracePeriodExpiring | Warning | medium | Node will be removed at the given time
DisruptionLaunching | Normal | info | Replacement NodeClaim launched
DisruptionWaitingReadiness | Normal | info | Waiting for the replacement
FailedConsistencyCheck | Warning | medium | Node differs from its NodeClaim
InsufficientCapacityError | Warning | high | Cloud has no capacity for the instance (ICE)
NodeClassNotReady | Warning | high | EC2NodeClass is not ready
UnregisteredTaintMissing | Warning | low | Node came up without the karpenter.sh/unregistered taint
Launched | Normal | info | Condition Launched of the NodeClaim changed | Status condition transitioned, Type: Launched, Status: Unknown -> True, Reason: Launched
Launched | Normal | medium | No instance could be launched for the NodeClaim | Status condition transitioned, Type: Launched, Status: Unknown -> False, Reason: LaunchFailed
Registered | Normal | info | Condition Registered of the NodeClaim changed | Status condition transitioned, Type: Registered, Status: Unknown -> True, Reason: Registered
Registered | Normal | medium | The instance did not join the cluster | Status condition transitioned, Type: Registered, Status: Unknown -> False, Reason: RegistrationFailed
Initialized | Normal | info | Condition Initialized of the NodeClaim changed | Status condition transitioned, Type: Initialized, Status: Unknown -> True, Reason: Initialized
Consolidatable | Normal | info | Condition Consolidatable of the NodeClaim changed | Status condition transitioned, Type: Consolidatable, Status: Unknown -> True, Reason: Consolidatable
Drifted | Normal | info | Condition Drifted of the NodeClaim changed | Status condition transitioned, Type: Drifted, Status: Unknown -> True, Reason: Drifted
Drained | Normal | info | Condition Drained of the NodeClaim changed | Status condition transitioned, Type: Drained, Status: Unknown -> True, Reason: Drained
VolumesDetached | Normal | info | Condition VolumesDetached of the NodeClaim changed | Status condition transitioned, Type: VolumesDetached, Status: Unknown -> True, Reason: VolumesDetached
InstanceTerminating | Normal | info | Condition InstanceTerminating of the NodeClaim changed | Status condition transitioned, Type: InstanceTerminating, Status: Unknown -> True, Reason: InstanceTerminating
ConsistentStateFound | Normal | info | Condition ConsistentStateFound of the NodeClaim changed | Status condition transitioned, Type: ConsistentStateFound, Status: Unknown -> True, Reason: ConsistentStateFound
DisruptionReason | Normal | info | Condition DisruptionReason of the NodeClaim changed | Status condition transitioned, Type: DisruptionReason, Status: Unknown -> True, Reason: DisruptionReason
Ready | Normal | info | Condition Ready of the NodeClaim changed | Status condition transitioned, Type: Ready, Status: Unknown -> True, Reason: Ready
SpotInterrupted | Warning | high | Spot interruption notice (2 minutes)
CapacityReservationInstanceInterrupted | Warning | high | Capacity reservation interruption notice
SpotRebalanceRecommendation | Normal | low | Spot rebalance recommendation
InstanceStopping | Warning | high | EC2 instance is stopping
InstanceTerminating | Warning | medium | EC2 instance is terminating
InstanceUnhealthy | Warning | high | AWS health/status check event for the instance
TerminatingOnInterruption | Warning | medium | Karpenter drains the node because of an interruption
(none) | Warning | high | Spot launch failed: service linked role may not be created | Attempted to launch a spot instance but failed due to "AuthFailure.ServiceLinkedRoleCreationNotPermitted"

@ karpenter / EC2NodeClass
SubnetsReady | Normal | info | Condition SubnetsReady of the EC2NodeClass changed | Status condition transitioned, Type: SubnetsReady, Status: Unknown -> True, Reason: SubnetsReady
SubnetsReady | Normal | high | The node class finds no subnet | Status condition transitioned, Type: SubnetsReady, Status: True -> False, Reason: SubnetsNotFound
SecurityGroupsReady | Normal | info | Condition SecurityGroupsReady of the EC2NodeClass changed | Status condition transitioned, Type: SecurityGroupsReady, Status: Unknown -> True, Reason: SecurityGroupsReady
SecurityGroupsReady | Normal | high | The node class finds no security group | Status condition transitioned, Type: SecurityGroupsReady, Status: True -> False, Reason: SecurityGroupsNotFound
AMIsReady | Normal | info | Condition AMIsReady of the EC2NodeClass changed | Status condition transitioned, Type: AMIsReady, Status: Unknown -> True, Reason: AMIsReady
AMIsReady | Normal | high | The node class finds no machine image | Status condition transitioned, Type: AMIsReady, Status: True -> False, Reason: AMINotFound
InstanceProfileReady | Normal | info | Condition InstanceProfileReady of the EC2NodeClass changed | Status condition transitioned, Type: InstanceProfileReady, Status: Unknown -> True, Reason: InstanceProfileReady
InstanceProfileReady | Normal | high | The instance profile of the node class is unusable | Status condition transitioned, Type: InstanceProfileReady, Status: True -> False, Reason: InstanceProfileFailed
CapacityReservationsReady | Normal | info | Condition CapacityReservationsReady of the EC2NodeClass changed | Status condition transitioned, Type: CapacityReservationsReady, Status: Unknown -> True, Reason: CapacityReservationsReady
CapacityReservationsReady | Normal | high | The capacity reservations of the node class are unusable | Status condition transitioned, Type: CapacityReservationsReady, Status: True -> False, Reason: NotFound
PlacementGroupReady | Normal | info | Condition PlacementGroupReady of the EC2NodeClass changed | Status condition transitioned, Type: PlacementGroupReady, Status: Unknown -> True, Reason: PlacementGroupReady
PlacementGroupReady | Normal | high | The placement group of the node class is unusable | Status condition transitioned, Type: PlacementGroupReady, Status: True -> False, Reason: NotFound
ValidationSucceeded | Normal | info | Condition ValidationSucceeded of the EC2NodeClass changed | Status condition transitioned, Type: ValidationSucceeded, Status: Unknown -> True, Reason: ValidationSucceeded
ValidationSucceeded | Normal | high | The node class is invalid, or Karpenter lacks a permission | Status condition transitioned, Type: ValidationSucceeded, Status: True -> False, Reason: CreateFleetAuthCheckFailed
Ready | Normal | info | Condition Ready of the EC2NodeClass changed | Status condition transitioned, Type: Ready, Status: Unknown -> True, Reason: Ready
Ready | Normal | medium | The node class is not ready | Status condition transitioned, Type: Ready, Status: True -> False, Reason: UnhealthyDependents
WaitingOnNodeClaimTermination | Normal | info | EC2NodeClass deletion waits for NodeClaims

@ karpenter / *
Finalized | Normal | info | A finalizer was removed
`);
