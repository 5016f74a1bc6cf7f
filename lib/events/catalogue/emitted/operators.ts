import { emitted } from './emitted.ts';

/** Descheduler, Kueue and Strimzi. */
export const operatorsEmitted = emitted(`
@ sigs.k8s.io.descheduler / Pod
EvictionFailed | Warning | low | Descheduler eviction failed or limit reached
LowNodeUtilization | Normal | info | Descheduler evicted the pod

@ *kueue* / Workload
QuotaReserved | Normal | info | Quota reserved
Admitted | Normal | info | Workload admitted
Pending | Warning | info | Workload waits (older and fallback reason)
NoMatchingFlavor | Warning | medium | No flavor matches
WaitingForQuota | Warning | info | Waits for quota
ExceedsMaxQuota | Warning | medium | Can never fit
Preempted | Normal | medium | Workload preempted
PreemptedWorkload | Normal | info | This workload preempted another
EvictedDueToPreempted | Normal | medium | Evicted by preemption
EvictedDueToPodsReadyTimeout | Normal | high | Pods not ready in time
EvictedDueToNodeFailures | Normal | high | Node failed
AdmissionCheckRejected | Warning | medium | Admission check refused
SecondPassFailed | Warning | medium | Second scheduling pass failed
MaximumExecutionTimeExceeded | Warning | high | Workload ran too long
FailedCreate | Warning | medium | ProvisioningRequest failed
ProvisioningRequestCreated | Normal | info | ProvisioningRequest created

@ *kueue* / Job/Pod/JobSet
Started | Normal | info | Job admitted and started
Suspended | Normal | info | Job suspended
Stopped | Normal | info | Job stopped by Kueue
CreatedWorkload | Normal | info | Workload created
ErrWorkloadCompose | Warning | medium | Workload could not be composed
KueueForcefullyDeleted | Warning | medium | Stuck pod deleted by force


@ strimzi.io/cluster-operator / Kafka
CaCertHasOldGeneration | Normal | info | Kafka pod restarted by the operator: CA certificate generation changed
CaCertRemoved | Normal | info | Kafka pod restarted by the operator: CA certificate removed
CaCertRenewed | Normal | info | Kafka pod restarted by the operator: CA certificate renewed
ClusterCaCertKeyReplaced | Normal | info | Kafka pod restarted by the operator: Cluster CA key replaced
ConfigChangeRequiresRestart | Normal | info | Kafka pod restarted by the operator: Configuration change
FileSystemResizeNeeded | Normal | info | Kafka pod restarted by the operator: Filesystem resize
ManualRollingUpdate | Normal | info | Kafka pod restarted by the operator: Manual rolling update
PodForceRestartOnError | Normal | medium | Kafka pod restarted by the operator: Pod in error
PodHasOldRevision | Normal | info | Kafka pod restarted by the operator: New pod revision
PodHasOldResourceRevision | Normal | info | Kafka pod restarted by the operator: Resource change
PodResourcesChanged | Normal | info | Kafka pod restarted by the operator: Resource change
PodStuck | Normal | medium | Kafka pod restarted by the operator: Pod stuck
PodUnresponsive | Normal | medium | Kafka pod restarted by the operator: Pod unresponsive
KafkaCertificatesChanged | Normal | info | Kafka pod restarted by the operator: Broker certificates changed
`);
