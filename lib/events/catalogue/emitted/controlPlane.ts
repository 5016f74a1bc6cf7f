import { emitted } from './emitted.ts';

/** Scheduler, controllers, API server and kube-proxy. */
export const controlPlaneEmitted = emitted(`
@ default-scheduler / Pod
Scheduled | Normal | info | Pod was bound to a node
FailedScheduling | Warning | high | No node fits, or the scheduling attempt errored | 0/7 nodes are available: 7 Insufficient cpu. preemption: 0/7 nodes are available: 7 No preemption victims found for incoming pod.
FailedScheduling | Warning | info | The pod was deleted before it was scheduled | skip schedule deleting pod: shop/web-0
Preempted | Normal | medium | Pod was removed to make room for a higher-priority pod
BindingConditionsPending | Normal | info | DRA device binding conditions awaited

@ default-scheduler / Lease
LeaderElection | Normal | info | This scheduler instance became leader / stopped leading | control-1_7a became leader
LeaderElection | Normal | low | This scheduler instance gave up leadership | control-1_7a stopped leading

@ kube-controller-manager / Lease
LeaderElection | Normal | info | Component instance became leader / stopped leading | control-1_7a became leader

@ cloud-controller-manager / Lease
LeaderElection | Normal | low | Component instance became leader / stopped leading | control-1_7a stopped leading
LeaderElection | Normal | info | This instance became leader | control-1_7a became leader

@ deployment-controller / Deployment
ScalingReplicaSet | Normal | info | Deployment changed the size of a ReplicaSet
ReplicaSetCreateError | Warning | high | New ReplicaSet could not be created
SelectingAll | Warning | medium | Empty selector would select every pod
DeploymentRollback | Normal | low | Deployment was rolled back (legacy rollback annotation)
DeploymentRollbackRevisionNotFound | Warning | low | Requested revision not found
DeploymentRollbackTemplateUnchanged | Warning | low | Rollback target equals current template

@ replicaset-controller / ReplicaSet
SuccessfulCreate | Normal | info | Controller created a pod
FailedCreate | Warning | high | Controller could not create a pod | Error creating: pods "web-" is forbidden: exceeded quota: compute
FailedCreate | Warning | info | The namespace is being deleted, and its controllers have not noticed | Error creating: pods "web-" is forbidden: unable to create new content in namespace pr-7 because it is being terminated
SuccessfulDelete | Normal | info | Controller deleted a pod
FailedDelete | Warning | medium | Controller could not delete a pod

@ replication-controller / ReplicationController
SuccessfulCreate | Normal | info | Controller created a pod
FailedCreate | Warning | high | Controller could not create a pod
SuccessfulDelete | Normal | info | Controller deleted a pod
FailedDelete | Warning | medium | Controller could not delete a pod

@ daemonset-controller / DaemonSet
SuccessfulCreate | Normal | info | Controller created a pod
FailedCreate | Warning | high | Controller could not create a pod | Error creating: pods "agent-" is forbidden: violates PodSecurity "restricted:latest"
FailedCreate | Warning | high | An admission webhook or the API server did not answer; the next attempt may succeed | Error creating: Internal error occurred: failed calling webhook "pods.example.com"
SuccessfulDelete | Normal | info | Controller deleted a pod
FailedDelete | Warning | medium | Controller could not delete a pod
SelectingAll | Warning | medium | Empty selector
FailedDaemonPod | Warning | high | A daemon pod is Failed and will be replaced
SucceededDaemonPod | Normal | low | A daemon pod exited successfully and will be replaced

@ job-controller / Job
SuccessfulCreate | Normal | info | Controller created a pod
FailedCreate | Warning | high | Controller could not create a pod
SuccessfulDelete | Normal | info | Controller deleted a pod
FailedDelete | Warning | medium | Controller could not delete a pod
Completed | Normal | info | Job finished successfully
Suspended | Normal | info | Job suspended
Resumed | Normal | info | Job resumed
BackoffLimitExceeded | Warning | high | Job failed: retry limit reached
DeadlineExceeded | Warning | high | Job failed: activeDeadlineSeconds passed
PodFailurePolicy | Warning | high | Job failed by its podFailurePolicy
MaxFailedIndexesExceeded | Warning | high | Indexed job failed: too many failed indexes
FailedIndexes | Warning | high | Indexed job finished with failed indexes
TooManySucceededPods | Warning | low | More pods succeeded than completions
UnknownCompletionMode | Warning | medium | completionMode not known to this version
WorkloadCreated | Normal | info | scheduling.k8s.io Workload created for the Job

@ statefulset-controller / StatefulSet
SuccessfulCreate | Normal | info | Create of a pod or claim succeeded
FailedCreate | Warning | high | Create of a pod or claim failed | create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden
SuccessfulUpdate | Normal | info | Update of a pod or claim succeeded
FailedUpdate | Warning | medium | Update of a pod or claim failed
SuccessfulDelete | Normal | info | Delete of a pod or claim succeeded
FailedDelete | Warning | medium | Delete of a pod or claim failed
ConflictingController | Warning | low | A PVC has another managing owner; retention policy ignored
RecreatingFailedPod | Warning | high | A Failed pod is being recreated
RecreatingTerminatedPod | Normal | low | A Succeeded pod is being recreated

@ cronjob-controller / CronJob
SuccessfulCreate | Normal | info | Job created by the schedule
FailedCreate | Warning | high | Job could not be created
SuccessfulDelete | Normal | info | Old job removed
FailedDelete | Warning | medium | Old job could not be removed
FailedGet | Warning | medium | Running job could not be read
SawCompletedJob | Normal | info | A child job ended | Saw completed job: report-28, condition: Complete
SawCompletedJob | Normal | medium | A child job failed | Saw completed job: report-28, condition: Failed
MissingJob | Normal | low | Active job disappeared
UnexpectedJob | Warning | low | Unknown job with this owner
JobAlreadyActive | Normal | low | concurrencyPolicy Forbid: run skipped
MissSchedule | Warning | medium | Start time was missed beyond the deadline
TooManyMissedTimes | Warning | high | Too many missed starts: job no longer scheduled
UnparseableSchedule | Warning | medium | Schedule cannot be parsed
UnParseableCronJobSchedule | Warning | medium | Schedule cannot be parsed (on update)
InvalidSchedule | Warning | medium | Schedule yields no next time
UnknownTimeZone | Warning | medium | spec.timeZone unknown
UnsupportedSchedule | Warning | low | CRON_TZ/TZ inside the schedule
SawCompletedJob | Normal | info | A child job ended in a way that the message does not tell | Saw completed job: report-28

@ node-controller / Node
NodeNotReady | Normal | high | Control plane saw the node go from Ready to NotReady/Unknown | Node ip-10-0-1-2 status is now: NodeNotReady
RegisteredNode | Normal | info | Node became known to the node controller
RemovingNode | Normal | info | Node object was deleted
DeletingAllPods | Normal | high | All pods of the node get deleted

@ node-controller / Pod
NodeNotReady | Warning | medium | Pod is marked not ready because its node is not ready | Node is not ready
NodeControllerEviction | Normal | high | Pod deleted because of its node

@ cidrAllocator / Node
CIDRNotAvailable | Normal | high | No pod CIDR left for the node
CIDRAssignmentFailed | Normal | high | Pod CIDR could not be written to the node

@ taint-eviction-controller / Pod
TaintManagerEviction | Normal | medium | Pod is deleted because of a NoExecute taint | Marking for deletion Pod shop/web-0
TaintManagerEviction | Normal | info | The taint went away in time: the pod stays | Cancelling deletion of Pod shop/web-0

@ device-taint-eviction-controller / Pod
DeviceTaintManagerEviction | Normal | medium | Pod is deleted because of a DRA device taint | Marking for deletion
DeviceTaintManagerEviction | Normal | info | The device taint went away in time: the pod stays | Cancelling deletion

@ horizontal-pod-autoscaler / HorizontalPodAutoscaler
SuccessfulRescale | Normal | info | Target was scaled | New size: 4; reason: cpu resource utilization (percentage of request) above target
FailedRescale | Warning | high | Target could not be scaled
FailedGetScale | Warning | high | Scale subresource could not be read
FailedUpdateStatus | Warning | medium | HPA status could not be written
FailedComputeMetricsReplicas | Warning | medium | No usable metric to compute replicas
FailedGetResourceMetric | Warning | medium | CPU/memory metrics unavailable | failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API
FailedGetResourceMetric | Warning | low | New pods have no figures yet | did not receive metrics for targeted pods (pods might be unready)
FailedGetContainerResourceMetric | Warning | medium | Container resource metrics unavailable
FailedGetPodsMetric | Warning | medium | Pods metric unavailable
FailedGetObjectMetric | Warning | medium | Object metric unavailable
FailedGetExternalMetric | Warning | medium | External metric unavailable
InvalidMetricSourceType | Warning | medium | Unknown metric source type
SelectorRequired | Warning | medium | Target has no selector
InvalidSelector | Warning | medium | Selector cannot be parsed
AmbiguousSelector | Warning | medium | Several HPAs select the same pods
FailedGetContainerResourceMetric | Warning | low | New pods have no figures yet | did not receive metrics for targeted pods (pods might be unready)
FailedComputeMetricsReplicas | Warning | low | New pods have no figures yet | invalid metrics: did not receive metrics for targeted pods (pods might be unready)

@ endpoint-controller / Endpoints
FailedToCreateEndpoint | Warning | medium | Endpoints object could not be created
FailedToCreateEndpoint | Warning | info | The namespace is being deleted | Failed to create endpoint for service shop/web: unable to create new content in namespace shop because it is being terminated
FailedToUpdateEndpoint | Warning | low | Endpoints update failed
FailedToUpdateEndpoint | Warning | info | The namespace is being deleted | Failed to update endpoint shop/web: unable to create new content in namespace shop because it is being terminated
FailedToUpdateEndpoint | Warning | info | A write conflict; the next attempt settles it | Failed to update endpoint shop/web: Operation cannot be fulfilled: the object has been modified

@ endpoint-slice-controller / Service
FailedToListPods | Warning | medium | Pods of the service could not be listed
FailedToListEndpointSlices | Warning | medium | EndpointSlices could not be listed
FailedToUpdateEndpointSlices | Warning | low | EndpointSlices could not be written
FailedToUpdateEndpointSlices | Warning | info | The namespace is being deleted | Error updating Endpoint Slices for Service shop/web: unable to create new content in namespace shop because it is being terminated
FailedToUpdateEndpointSlices | Warning | info | A write conflict; the next attempt settles it | Error updating Endpoint Slices for Service shop/web: Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version
TopologyAwareHintsEnabled | Normal | info | Zone hints are in use
TopologyAwareHintsDisabled | Warning | info | Zone hints were removed

@ endpoint-slice-mirroring-controller / Endpoints
InvalidIPAddress | Warning | low | Endpoints contain invalid IPs that are not mirrored
TooManyAddressesToMirror | Warning | low | Too many addresses, some not mirrored

@ persistentvolume-controller / PersistentVolumeClaim
FailedBinding | Normal | medium | No PV fits and no storage class is set | no persistent volumes available for this claim and no storage class is set
FailedBinding | Warning | medium | The requested PV is bound to another claim | volume "pv-1" already bound to a different claim.
VolumeMismatch | Warning | medium | Requested PV does not satisfy the claim
ClaimLost | Warning | critical | Bound claim lost its PV; data is lost
ClaimMisbound | Warning | high | Two claims are bound to one volume
ProvisioningFailed | Warning | high | Volume could not be provisioned | storageclass.storage.k8s.io "fast" not found
ProvisioningCleanupFailed | Warning | medium | Half-provisioned volume could not be removed
ProvisioningSucceeded | Normal | info | Volume provisioned
ExternalProvisioning | Normal | info | Waiting for the CSI driver to provision
WaitForFirstConsumer | Normal | info | Binding waits for a pod
WaitForPodScheduled | Normal | info | Binding waits for the pod to be scheduled

@ persistentvolume-controller / PersistentVolume
VolumeMismatch | Warning | medium | PV does not satisfy the claim it is pre-bound to
VolumeFailedDelete | Warning | medium | Volume deletion failed
VolumeFailedDelete | Warning | low | Deletion waits for the volume to be detached | persistentvolume pvc-1 is still attached to node ip-10-0-1-2
VolumeDelete | Normal | low | Volume deletion has to wait (still in use)
VolumeFailedRecycle | Warning | medium | Volume recycling failed
VolumeFailedRecycle | Normal | low | Volume recycling postponed, still used
VolumeRecycled | Normal | info | Volume recycled
RecyclerPod | Normal | low | Relays an event of the recycler pod
RecyclerPod | Warning | low | Relays an event of the recycler pod
VolumeUnknownReclaimPolicy | Warning | medium | Unknown reclaim policy

@ attachdetach-controller / Pod
SuccessfulAttachVolume | Normal | info | Volume attached to the node
FailedAttachVolume | Warning | high | Volume could not be attached
FailedAttachVolume | Warning | high | Volume is attached to another node (Multi-Attach error) | Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-0
FailedDetachVolume | Warning | medium | Volume could not be detached from a node

@ volume_expand / PersistentVolumeClaim
ExternalExpanding | Normal | info | Expansion is left to the external resizer
ExternalExpanding | Warning | medium | Expansion hand-over to the external resizer failed or no plugin found
VolumeResizeFailed | Warning | high | In-tree volume expansion failed
VolumeResizeSuccessful | Normal | info | In-tree volume expansion done

@ ephemeral_volume / Pod
FailedBinding | Warning | high | Generic ephemeral volume claim could not be created

@ selinux_warning / Pod
SELinuxLabelConflict | Normal | low | Two pods use a volume with different SELinux labels
SELinuxChangePolicyConflict | Normal | low | Two pods use a volume with different SELinux change policies
MultipleSELinuxLabels | Warning | low | One pod mounts a volume with two SELinux labels

@ resource_claim / Pod
FailedResourceClaimCreation | Warning | high | ResourceClaim for the pod could not be created

@ resource_claim / PodGroup
FailedResourceClaimCreation | Warning | high | ResourceClaim for the pod group could not be created

@ controllermanager / PodDisruptionBudget
NoPods | Normal | low | PDB matches no pods
NoPods | Warning | medium | Pods for the PDB could not be read
CalculateExpectedPodCountFailed | Warning | medium | Expected pod count of the PDB unknown
UnmanagedPods | Warning | low | PDB selects pods without controller

@ controllermanager / Pod
MultiplePodDisruptionBudgets | Warning | medium | Several PDBs match the pod; eviction impossible
NotDeleted | Warning | low | Evicted pod was not deleted in time

@ garbage-collector-controller / Pod
OwnerRefInvalidNamespace | Warning | medium | ownerReference points into another namespace; object may be collected

@ service-cidr-controller / ServiceCIDR
KubernetesServiceCIDRError | Warning | medium | ServiceCIDR status could not be set

@ kubernetes-service-cidr-controller / ServiceCIDR
KubernetesDefaultServiceCIDRError | Warning | high | Default ServiceCIDR could not be created/upgraded/marked ready
KubernetesDefaultServiceCIDRInconsistent | Warning | high | Default ServiceCIDR differs from the API server flags
ServiceCIDRNotReady | Warning | medium | Default ServiceCIDR is not ready

@ ipallocator-repair-controller / Service
ClusterIPNotValid | Warning | high | Service has an invalid clusterIP
ClusterIPOutOfRange | Warning | high | clusterIP outside every ServiceCIDR
ClusterIPNotAllocated | Warning | medium | clusterIP was not registered; repaired
ClusterIPAlreadyAllocated | Warning | high | clusterIP used by two services
UnknownError | Warning | medium | clusterIP repair failed
ServiceCIDRFull | Warning | high | Service IP range exhausted

@ ipallocator-repair-controller / IPAddress
IPAddressNotAllocated | Warning | low | Stale IPAddress removed
IPAddressWrongReference | Warning | low | IPAddress with wrong parent removed

@ portallocator-repair-controller / Service
PortNotAllocated | Warning | medium | NodePort was not registered; repaired
PortAlreadyAllocated | Warning | high | NodePort used by two services
PortOutOfRange | Warning | high | NodePort outside the range
PortRangeFull | Warning | high | NodePort range exhausted
UnknownError | Warning | medium | NodePort repair failed

@ kube-proxy / Node
Starting | Normal | info | kube-proxy started
FailedToStartProxierHealthcheck | Warning | high | kube-proxy health server did not start
FailedToStartMetricServer | Warning | medium | kube-proxy metrics server did not start
IPVSDeprecation | Warning | low | ipvs mode is deprecated

@ kube-proxy / Service
FailedToStartServiceHealthcheck | Warning | medium | healthCheckNodePort listener did not start

@ kube-proxy / Endpoints
KubeProxyIncorrectIPVersion | Warning | low | Address of wrong IP family
`);
