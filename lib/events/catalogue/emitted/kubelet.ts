import { emitted } from './emitted.ts';

/** The kubelet: containers, images, probes, volumes and its own node. */
export const kubeletEmitted = emitted(`
@ kubelet / Pod
Created | Normal | info | Container object was created in the runtime | Container created
Started | Normal | info | Container process was started | Container started
Failed | Warning | high | Container could not be created/started, or its image could not be made available | Error: failed to create containerd task: failed to create shim task
Failed | Warning | high | A Secret or ConfigMap that the container refers to does not exist | Error: secret "db" not found
Failed | Warning | high | The container cannot start because its image could not be pulled | Error: ErrImagePull
Failed | Warning | high | The container cannot start because pulling its image is being delayed after failures | Error: ImagePullBackOff
Failed | Warning | high | The container cannot start because its image name is malformed | Error: InvalidImageName
Failed | Warning | high | The CPU, memory or device manager refused the container | Internal PreStartContainer hook failed: cpu manager
Failed | Warning | high | The runtime refused the container for another reason | Error: context deadline exceeded
Failed | Warning | high | Image pull attempt failed | Failed to pull image "web:9": rpc error: code = NotFound desc = not found
Failed | Warning | high | Per-pod directories could not be made on the node | error making pod data directories: mkdir /var/lib/kubelet/pods/x: no space left on device
Failed | Warning | high | A PodCertificateRequest for the pod failed | PodCertificateRequest "web" failed
Denied | Warning | medium | A PodCertificateRequest for the pod was denied | PodCertificateRequest "web" was denied
CertificateOverdueForRefresh | Warning | medium | Pod certificate should have been refreshed already
CertificateExpired | Warning | high | Pod certificate passed its notAfter
Killing | Normal | info | Kubelet stops a container | Stopping container app
Killing | Normal | medium | The container is restarted because its liveness or startup probe fails | Container app failed liveness probe, will be restarted
Killing | Normal | low | The container is restarted because its definition changed | Container app definition changed, will be restarted
Killing | Normal | medium | The container is stopped because its postStart hook failed | FailedPostStartHook
Preempting | Warning | high | Kubelet removes this pod to admit a critical pod on the node
BackOff | Warning | critical | A container keeps exiting and the kubelet waits before the next restart (the CrashLoopBackOff situation) | Back-off restarting failed container app in pod web_shop(17b55079-da81-4f4c-90fe-2e2331e7d2cd)
BackOff | Normal | high | Image pull is being delayed after earlier failures (the ImagePullBackOff situation) | Back-off pulling image "web:9"
ExceededGracePeriod | Warning | medium | Runtime did not stop the pod within its grace period
FailedKillPod | Warning | medium | Stopping the pod or its sandbox returned an error
FailedCreatePodContainer | Warning | high | Pod-level cgroup could not be ensured
NetworkNotReady | Warning | high | Pod cannot start because the node network (CNI) is not ready
ResizeDeferred | Warning | low | In-place resize cannot be done now, will be retried
ResizeInfeasible | Warning | medium | In-place resize can never be done on this node
ResizeStarted | Normal | info | In-place resize was accepted and is being applied
ResizeCompleted | Normal | info | In-place resize was fully applied
ResizeError | Warning | medium | Applying an in-place resize failed
FailedNodeDeclaredFeaturesCheck | Warning | medium | Pod update needs node features that this node does not declare
Pulling | Normal | info | Image pull begins
Pulled | Normal | info | Image is present (pulled now or already on the node) | Successfully pulled image "web:9" in 1.2s (1.2s including waiting). Image size: 1024 bytes.
Pulled | Normal | info | The image was on the node already | Container image "web:9" already present on machine
InspectFailed | Warning | high | Image reference invalid or image inspection failed | Failed to apply default image tag "WEB": couldn't parse image name "WEB": invalid reference format
InspectFailed | Warning | high | The runtime could not tell about the image | Failed to inspect image "web:9": rpc error: code = Unknown
ErrImageNeverPull | Warning | high | imagePullPolicy is Never and the image is not (accessibly) on the node | Container image "web:9" is not present with pull policy of Never
FailedToRetrieveImagePullSecret | Warning | medium | Some imagePullSecrets of the pod do not exist
Unhealthy | Warning | medium | A probe failed or could not be run | Readiness probe failed: HTTP probe failed with statuscode: 503
Unhealthy | Warning | medium | The liveness probe failed; the container is restarted when it goes on | Liveness probe failed: Get "http://10.0.1.2:8080/healthz": context deadline exceeded
Unhealthy | Warning | medium | The startup probe failed; the container is restarted when it goes on | Startup probe failed: dial tcp 10.0.1.2:8080: connect: connection refused
ProbeWarning | Warning | low | Probe succeeded but with a warning (e.g. HTTP redirect to another host)
Evicted | Warning | high | Kubelet evicted (or refused to admit) the pod because of node pressure or ephemeral-storage limit | The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi.
SandboxChanged | Normal | low | Pod sandbox is dead/changed and will be recreated
FailedCreatePodSandBox | Warning | high | Pod sandbox could not be created | Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="aws-cni" failed (add): add cmd: failed to assign an IP address to container
FailedCreatePodSandBox | Warning | high | The pod network or sandbox could not be set up | Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded
FailedPodSandBoxStatus | Warning | medium | Sandbox status could not be read from the runtime
FailedPrepareDynamicResources | Warning | high | DRA resources could not be prepared on the node
FailedSync | Warning | medium | Pod status could not be determined in a sync
FailedValidation | Warning | medium | Static pod source has a duplicate pod name
FailedPostStartHook | Warning | high | postStart hook failed, container gets killed
FailedPreStopHook | Warning | low | preStop hook failed
LifecycleHTTPFallback | Warning | low | HTTPS lifecycle hook answered in HTTP; retried over HTTP
DNSConfigForming | Warning | info | DNS search/nameserver limits exceeded for the pod
MissingClusterDNS | Warning | medium | clusterDNS not configured on kubelet, pod falls back to Default
HostIPsIPFamilyMismatch | Warning | medium | Node IP family differs between kubelet and cloud provider
DeadlineExceeded | Normal | medium | Pod ran longer than spec.activeDeadlineSeconds | Pod was active on the node longer than the specified deadline
VolumeConditionAbnormal | Warning | high | CSI reports abnormal volume condition
OutOfcpu | Warning | high | Not enough CPU left on the node at admission
OutOfmemory | Warning | high | Not enough memory left on the node at admission
OutOfpods | Warning | high | Node pod count limit reached at admission
OutOfephemeral-storage | Warning | high | Not enough ephemeral storage at admission
NodeAffinity | Warning | medium | Node labels no longer match the pod node selector/affinity
NodeName | Warning | medium | spec.nodeName differs from this node
NodePorts | Warning | medium | hostPort conflict on the node
TaintToleration | Warning | medium | Pod does not tolerate a NoExecute taint of the node
InvalidNodeInfo | Warning | medium | Kubelet has no node object
PodOSSelectorNodeLabelDoesNotMatch | Warning | medium | kubernetes.io/os selector does not match
PodOSNotSupported | Warning | medium | spec.os differs from node OS
SupplementalGroupsPolicyNotSupported | Warning | medium | Strict supplementalGroupsPolicy unsupported
UnknownReason | Warning | medium | Admission failed for unknown reason
UnexpectedPredicateFailureType | Warning | medium | Admission failed with unexpected predicate type
UnexpectedAdmissionError | Warning | high | Admission failed unexpectedly, mostly device/GPU allocation after kubelet restart
EmptyPodSharedPoolError | Warning | medium | CPU manager: pod shared pool would be empty
TopologyAffinityError | Warning | medium | NUMA topology policy cannot be met
SMTAlignmentError | Warning | medium | CPU request not aligned to full cores
NodeShutdown | Warning | medium | Pod refused because the node is shutting down
SysctlForbidden | Warning | medium | Pod asks for a sysctl that is not allowed
AppArmor | Warning | medium | AppArmor profile cannot be enforced
PodFeatureUnsupported | Warning | medium | Pod uses a feature that this kubelet does not support
PodLevelResourcesNotSupported | Warning | medium | Pod-level resources unsupported here
VolumeAttachmentLimitExceeded | Warning | high | Node cannot attach more volumes
FailedMount | Warning | medium | Volumes of the pod could not be attached/mounted in time | Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition
FailedMount | Warning | medium | One volume failed to mount | MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found
FailedMount | Warning | low | A pod that is being deleted no longer sees its volumes | MountVolume.SetUp failed for volume "kube-api-access-x" : object "shop"/"kube-root-ca.crt" not registered
FailedMapVolume | Warning | high | Raw block volume could not be mapped
SuccessfulMountVolume | Normal | info | Raw block volume was mapped
FileSystemResizeSuccessful | Normal | info | Filesystem was grown on the node
FileSystemResizeFailed | Warning | high | Filesystem growth on the node failed
VolumeResizeFailed | Warning | high | Node-side volume expansion failed
AlreadyMountedVolume | Warning | low | Local volume is mounted elsewhere with another fsGroup
VolumePermissionChangeInProgress | Warning | low | Recursive ownership change of a volume takes long
InvalidEnvironmentVariableNames | Warning | low | envFrom keys were skipped because they are not valid names
Failed | Warning | high | The image may not be pulled and is not on the node | Error: ErrImageNeverPull
Failed | Warning | high | The runtime could not tell about the image | Error: ImageInspectError
Failed | Warning | high | The registry does not answer | Error: RegistryUnavailable
Failed | Warning | high | The signature of the image does not verify | Error: SignatureValidationFailed
Failed | Warning | high | The runtime refused to create the container | Error: failed to reserve container name app_web-0: name is reserved
Failed | Warning | high | A resource manager refused to create the container | Internal PreCreateContainer hook failed: memory manager
BackOff | Warning | medium | Another failure of the pod is being waited for | Back-off

@ kubelet / Node
NodeReady | Normal | info | Kubelet reports its node Ready
NodeNotReady | Normal | high | Kubelet itself turned the Ready condition to not true | Node ip-10-0-1-2 status is now: NodeNotReady
NodeHasSufficientMemory | Normal | info | Memory pressure ended (also emitted at kubelet start)
NodeHasInsufficientMemory | Normal | high | Node entered memory pressure
NodeHasSufficientPID | Normal | info | PID pressure ended (also at start)
NodeHasInsufficientPID | Normal | high | Node entered PID pressure
NodeHasDiskPressure | Normal | high | Node entered disk pressure
NodeHasNoDiskPressure | Normal | info | Disk pressure ended (also at start)
NodeSchedulable | Normal | info | Node was uncordoned
NodeNotSchedulable | Normal | low | Node was cordoned
Starting | Normal | info | Kubelet process started
KubeletSetupFailed | Warning | critical | Kubelet could not initialise and exits
Rebooted | Warning | high | Boot id changed: node was rebooted
Shutdown | Normal | medium | Graceful node shutdown started or was cancelled | Shutdown manager detected shutdown event
Shutdown | Normal | info | The shutdown of the node was called off | Shutdown manager detected shutdown cancellation
InvalidDiskCapacity | Warning | low | Image filesystem capacity reported as invalid (0)
FreeDiskSpaceFailed | Warning | high | Image GC could not free enough disk
ImageGCFailed | Warning | high | Image garbage collection failed repeatedly
ContainerGCFailed | Warning | medium | Container garbage collection failed
InvalidImageID | Warning | low | Image GC skipped an entry without usable id
FailedNodeAllocatableEnforcement | Warning | high | Node allocatable/reserved cgroups could not be enforced
NodeAllocatableEnforced | Normal | info | Node allocatable limits applied
PossibleMemoryBackedVolumesOnDisk | Warning | low | tmpfs noswap unsupported: memory volumes may be swapped
CgroupV1 | Warning | low | Node runs on deprecated cgroup v1
EvictionThresholdMet | Warning | high | Eviction threshold crossed, kubelet reclaims a resource
SystemOOM | Warning | critical | Kernel OOM killer hit a process in the root cgroup (not in a container)
CheckLimitsForResolvConf | Warning | info | Host resolv.conf exceeds limits or cannot be read
MissingClusterDNS | Warning | medium | clusterDNS not configured on kubelet
ImageID is not valid, skipping, ImageID: %v | Warning | low | Image garbage collection skipped an entry (1.29 to 1.34 wrote the format string as the reason)

@ kubelet / PersistentVolume
FailedMountOnFilesystemMismatch | Warning | high | Filesystem on the volume differs from the requested one

@ kubelet / PersistentVolumeClaim
FileSystemResizeSuccessful | Normal | info | Filesystem was grown on the node
FileSystemResizeFailed | Warning | high | Filesystem growth on the node failed
`);
