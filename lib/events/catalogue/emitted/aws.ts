import { emitted } from './emitted.ts';

/** Node termination handler, load balancer controller, VPC CNI, its resource controller and the EKS node monitoring agent. */
export const awsEmitted = emitted(`
@ aws-node-termination-handler / Node
SpotInterruption | Normal | high | Spot interruption notice | Spot ITN received. Instance will be interrupted at 2026-11-20T13:40:00Z
ScheduledEvent | Normal | high | EC2 scheduled maintenance event
RebalanceRecommendation | Normal | low | Spot rebalance recommendation
StateChange | Normal | medium | EC2 instance state change
ASGLifecycle | Normal | medium | ASG lifecycle termination
SQSTermination | Normal | high | Any SQS event in reason format v1 (default) | Spot Interruption event received. Instance i-1 will be interrupted at 2026-11-20 13:40:00
SQSTermination | Normal | medium | A scaling group ends an instance (reason format v1) | ASG Lifecycle Termination event received. Instance will be interrupted at 2026-11-20 13:40:00
SQSTermination | Normal | low | Spot rebalance recommendation (reason format v1) | Rebalance recommendation event received. Instance i-1 will be cordoned at 2026-11-20 13:40:00
SQSTermination | Normal | high | EC2 scheduled maintenance event (reason format v1) | AWS Health scheduled change event received. Instance i-1 will be interrupted at 2026-11-20 13:40:00
UnknownInterruption | Normal | medium | Unclassified interruption
CordonAndDrain | Normal | low | Node cordoned and drained
CordonAndDrainError | Warning | high | Cordon and drain failed
Cordon | Normal | low | Node cordoned
CordonError | Warning | medium | Cordon failed
Uncordon | Normal | info | Node uncordoned
UncordonError | Warning | medium | Uncordon failed
PreDrain | Normal | info | Pre-drain task done
PreDrainError | Warning | medium | Pre-drain task failed
PostDrain | Normal | info | Post-drain task done
PostDrainError | Warning | medium | Post-drain task failed
CancelDrain | Normal | info | Drain cancelled task done
CancelDrainError | Warning | medium | Drain cancel failed
MonitorError | Warning | high | An interruption monitor failed

@ aws-node-termination-handler / Pod
PodEviction | Normal | info | Pod evicted because of node drain

@ ingress / Ingress
FailedLoadGroupID | Warning | medium | Ingress group id invalid
FailedAddFinalizer | Warning | medium | Finalizer or status could not be written
FailedRemoveFinalizer | Warning | medium | Finalizer or status could not be written
FailedUpdateStatus | Warning | medium | Finalizer or status could not be written
FailedBuildModel | Warning | high | Desired AWS load balancer could not be computed (annotations, subnets, certificates) | Failed build model due to couldn't auto-discover subnets: unable to resolve at least one subnet
FailedDeployModel | Warning | high | AWS API calls for the load balancer failed (permissions, quota) | Failed deploy model due to AccessDenied
SuccessfullyReconciled | Normal | info | Reconcile succeeded

@ service / Service
FailedAddFinalizer | Warning | medium | Finalizer or status could not be written
FailedRemoveFinalizer | Warning | medium | Finalizer or status could not be written
FailedUpdateStatus | Warning | medium | Finalizer or status could not be written
FailedCleanupStatus | Warning | medium | Finalizer or status could not be written
FailedBuildModel | Warning | high | Desired AWS load balancer could not be computed (annotations, subnets, certificates)
FailedDeployModel | Warning | high | AWS API calls for the load balancer failed (permissions, quota)
SuccessfullyReconciled | Normal | info | Reconcile succeeded

@ targetGroupBinding / TargetGroupBinding
FailedAddFinalizer | Warning | medium | Finalizer or status could not be written
FailedRemoveFinalizer | Warning | medium | Finalizer or status could not be written
FailedUpdateStatus | Warning | medium | Finalizer or status could not be written
FailedCleanup | Warning | medium | AWS resources could not be cleaned up
FailedNetworkReconcile | Warning | high | Security group/network rules failed
BackendNotFound | Warning | high | Backend service or pods missing
FailedReconcile | Warning | high | Target group binding failed
SuccessfullyReconciled | Normal | info | Reconcile succeeded

@ gateway.k8s.aws/* / Gateway
FailedAddFinalizer | Warning | medium | Finalizer or status could not be written
FailedRemoveFinalizer | Warning | medium | Finalizer or status could not be written
FailedUpdateStatus | Warning | medium | Finalizer or status could not be written
FailedBuildModel | Warning | high | Desired AWS load balancer could not be computed (annotations, subnets, certificates)
FailedDeployModel | Warning | high | AWS API calls for the load balancer failed (permissions, quota)
SuccessfullyReconciled | Normal | info | Reconcile succeeded

@ globalAccelerator / GlobalAccelerator
FailedAddFinalizer | Warning | medium | Finalizer or status could not be written
FailedRemoveFinalizer | Warning | medium | Finalizer or status could not be written
FailedUpdateStatus | Warning | medium | Finalizer or status could not be written
FailedCleanup | Warning | medium | AWS resources could not be cleaned up
FailedBuildModel | Warning | high | Desired AWS load balancer could not be computed (annotations, subnets, certificates)
FailedEndpointLoad | Warning | medium | Endpoint references could not be loaded
FailedDeploy | Warning | high | AWS API calls failed
WarningEndpoints | Warning | low | Some endpoints have warnings
SuccessfullyReconciled | Normal | info | Reconcile succeeded

@ aws-node / Pod
MissingIAMPermissions | Warning | critical | VPC CNI lacks an EC2 permission

@ aws-node / Node
AwsNodeNotificationToRc | Normal | info | Request to the VPC resource controller

@ vpc-resource-controller / Pod
SecurityGroupRequested | Normal | info | Pod gets the listed security groups
SecurityGroupRequested | Warning | medium | No SecurityGroupPolicy matched; instance security groups used
ResourceAllocated | Normal | info | Branch ENI or IP allocated to the pod
BranchAllocationFailed | Warning | high | Branch ENI could not be created
BranchENIAnnotationFailed | Warning | high | Branch ENI could not be written to the pod
ResourceAllocationFailed | Warning | medium | Warm pool empty or no free prefix; retried

@ vpc-resource-controller / Node
TrunkENICreationFailed | Warning | high | Trunk ENI could not be created
NodeTrunkInitiated | Normal | info | Trunk ENI ready
NodeTrunkFailedInit | Normal | high | Trunk ENI initialisation failed (TYPE IS NORMAL)
Unsupported | Warning | info | Instance type unsupported for the feature
InsufficientCidrBlocks | Warning | high | Subnet has no free /28 prefixes
EniConfigNameNotFound | Warning | high | ENIConfig missing
ControllerVersionNotice | Normal | info | Controller version
BranchENICoolDownPeriodUpdated | Normal | info | Cool down setting changed
CNINodeCreationFailed | Warning | high | CNINode could not be recreated

@ vpc-resource-controller / CNINode
CNINodeDeletionFailed | Warning | medium | CNINode could not be deleted

@ eks-node-monitoring-agent / Node
KernelReady | Warning | high | Node health warning of the KernelReady group | SoftLockup: watchdog: BUG: soft lockup - CPU#3 stuck for 23s
KernelReady | Warning | medium | Node health warning of the KernelReady group | ApproachingKernelPidMax: process count is close to the limit
KernelReady | Warning | medium | Node health warning of the KernelReady group without a finding | something without a name
KernelReady | Normal | info | Node health information of the KernelReady group | KernelIsReady: condition cleared, SoftLockup was not re-observed
KernelReady | Warning | medium | A task was blocked for a long time | AppBlocked: seen on the node
KernelReady | Warning | medium | A process of the node crashed | AppCrash: seen on the node
KernelReady | Warning | medium | Open files are close to the limit of the kernel | ApproachingMaxOpenFiles: seen on the node
KernelReady | Warning | medium | The clock of the node is not synchronised | ClockUnsynchronized: seen on the node
KernelReady | Warning | high | The connection tracking table is full: packets are dropped | ConntrackExceededKernel: seen on the node
KernelReady | Warning | low | Many processes that ended were not reaped | ExcessiveZombieProcesses: seen on the node
KernelReady | Warning | high | The kernel found a defect of itself | KernelBug: seen on the node
KernelReady | Warning | low | A process has an unusually large environment | LargeEnvironment: seen on the node
KernelReady | Warning | low | A cron job runs more often than every five minutes | RapidCron: seen on the node
NetworkingReady | Warning | high | Node health warning of the NetworkingReady group | IPAMDNoIPs: IPAM-D has no assigned IPs to allocate
NetworkingReady | Normal | info | Node health information of the NetworkingReady group | NetworkingIsReady: condition cleared, IPAMDNotReady was not re-observed
NetworkingReady | Warning | low | Incoming traffic passed the limit of the instance | BandwidthInExceeded: seen on the node
NetworkingReady | Warning | low | Outgoing traffic passed the limit of the instance | BandwidthOutExceeded: seen on the node
NetworkingReady | Warning | high | Connection tracking passed the limit of the instance: packets are dropped | ConntrackExceeded: seen on the node
NetworkingReady | Warning | low | The elastic fabric adapter counts errors | EFAErrorMetric: seen on the node
NetworkingReady | Warning | medium | The VPC CNI and the node disagree about addresses | IPAMDInconsistentState: seen on the node
NetworkingReady | Warning | medium | The VPC CNI was restarted several times | IPAMDRepeatedlyRestart: seen on the node
NetworkingReady | Warning | high | kube-proxy does not work | KubeProxyNotReady: seen on the node
NetworkingReady | Warning | low | Traffic to DNS, metadata or time services passed the limit of the instance | LinkLocalExceeded: seen on the node
NetworkingReady | Warning | low | systemd changes MAC addresses of pod interfaces | MACAddressPolicyMisconfigured: seen on the node
NetworkingReady | Warning | high | A default route is missing | MissingDefaultRoutes: seen on the node
NetworkingReady | Warning | high | Routes of pods are missing | MissingIPRoutes: seen on the node
NetworkingReady | Warning | medium | Routing rules of pods are missing | MissingIPRules: seen on the node
NetworkingReady | Warning | low | A kernel setting of the network could be wrong | NetworkSysctl: seen on the node
NetworkingReady | Warning | medium | The network policy agent was restarted several times | NPARepeatedlyRestart: seen on the node
NetworkingReady | Warning | low | Packets per second passed the limit of the instance | PPSExceeded: seen on the node
NetworkingReady | Warning | medium | A port that kube-proxy needs is taken | PortConflict: seen on the node
NetworkingReady | Warning | medium | iptables has a rule that rejects traffic | UnexpectedRejectRule: seen on the node
NetworkingReady | Warning | medium | Node health warning of the NetworkingReady group without a finding | something without a name
StorageReady | Warning | low | Node health warning of the StorageReady group | EBSVolumeIOPSExceeded: EBS volume IOPS limit exceeded
StorageReady | Normal | info | Node health information of the StorageReady group | DiskIsReady: condition cleared, IODelays was not re-observed
StorageReady | Warning | high | A block device reports I/O errors | BlockDeviceIOError: seen on the node
StorageReady | Warning | low | EBS operations passed the limit of the instance | EBSInstanceIOPSExceeded: seen on the node
StorageReady | Warning | low | EBS throughput passed the limit of the instance | EBSInstanceThroughputExceeded: seen on the node
StorageReady | Warning | low | EBS throughput passed the limit of the volume | EBSVolumeThroughputExceeded: seen on the node
StorageReady | Warning | medium | The hosts file of a pod could not be mounted | EtcHostsMountFailed: seen on the node
StorageReady | Warning | medium | A process waited long for I/O | IODelays: seen on the node
StorageReady | Warning | low | The kubelet takes long to measure disk use | KubeletDiskUsageSlow: seen on the node
StorageReady | Warning | low | A file system is fragmented | XFSSmallAverageClusterSize: seen on the node
StorageReady | Warning | medium | Node health warning of the StorageReady group without a finding | something without a name
ContainerRuntimeReady | Warning | high | Node health warning of the ContainerRuntimeReady group | KubeletFailed: kubelet.service failed
ContainerRuntimeReady | Normal | info | Node health information of the ContainerRuntimeReady group | ContainerRuntimeIsReady: condition cleared, PodStuckTerminating was not re-observed
ContainerRuntimeReady | Warning | high | The container runtime failed | ContainerRuntimeFailed: seen on the node
ContainerRuntimeReady | Warning | low | The configuration of containerd is deprecated | DeprecatedContainerdConfiguration: seen on the node
ContainerRuntimeReady | Warning | low | A liveness probe fails often | LivenessProbeFailures: seen on the node
ContainerRuntimeReady | Warning | low | A readiness probe fails often | ReadinessProbeFailures: seen on the node
ContainerRuntimeReady | Warning | medium | A system service was restarted several times | ContainerdRepeatedRestart: seen on the node
ContainerRuntimeReady | Warning | medium | A system service failed to start | ServiceFailedToStart: seen on the node
ContainerRuntimeReady | Warning | medium | Node health warning of the ContainerRuntimeReady group without a finding | something without a name
AcceleratedHardwareReady | Warning | medium | Node health warning of the AcceleratedHardwareReady group | NvidiaXID31Warning: GPU reported XID 31
AcceleratedHardwareReady | Normal | info | Node health information of the AcceleratedHardwareReady group | AcceleratedHardwareIsReady: condition cleared, NvidiaXID79Error was not re-observed
AcceleratedHardwareReady | Warning | medium | GPU diagnosis reports a warning | DCGMHealthCode81: seen on the node
AcceleratedHardwareReady | Warning | medium | A collective operation of GPUs failed | NvidiaNCCLError: seen on the node
AcceleratedHardwareReady | Warning | medium | Memory pages of a GPU were retired | NvidiaPageRetirement: seen on the node
AcceleratedHardwareReady | Warning | medium | A GPU reports PCIe errors | NvidiaPCIeError: seen on the node
AcceleratedHardwareReady | Warning | medium | A GPU reports power trouble | NvidiaPowerError: seen on the node
AcceleratedHardwareReady | Warning | medium | A GPU is too hot | NvidiaThermalError: seen on the node
AcceleratedHardwareReady | Warning | high | Memory of a GPU has an error that cannot be corrected | NvidiaDoubleBitError: seen on the node
AcceleratedHardwareReady | Warning | medium | Node health warning of the AcceleratedHardwareReady group without a finding | something without a name
`);
