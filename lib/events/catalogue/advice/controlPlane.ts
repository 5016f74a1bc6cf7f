import type { Advice } from './advice.ts';

/** Scheduling, workloads, batch, autoscaling of pods, volumes and services. */
export const controlPlaneAdvice: readonly Advice[] = [
  {
    reasons: ['FailedScheduling', 'BindingConditionsPending', 'FailedResourceClaimCreation'],
    causes: [
      'no node has enough free CPU, memory, pods or devices (Insufficient …), and the autoscaler cannot add one',
      'a taint that the pod does not tolerate, or affinity and selectors that no node fits',
      'its volume claim is unbound, or the volume is in a zone without a fitting node',
      'topology spread that cannot be kept',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe pod NAME',
      "kubectl get nodes -o custom-columns='NAME:.metadata.name,CPU:.status.allocatable.cpu,MEMORY:.status.allocatable.memory,TAINTS:.spec.taints[*].key'",
      'kubectl -n NAMESPACE get pvc',
      'kubectl -n kube-system logs -l app.kubernetes.io/name=karpenter --tail=50',
    ],
    remedy:
      'Read the list in the message, node group by node group: add capacity, lower requests, tolerate the taint, or correct affinity and zone of the volume.',
  },
  {
    reasons: ['Preempted'],
    kinds: ['Pod'],
    causes: ['a pod of higher priority needed the room and no other node had it'],
    diagnose: [
      'kubectl -n NAMESPACE describe pod NAME',
      'kubectl get priorityclasses',
      'kubectl get events -A --field-selector reason=Preempted',
    ],
    remedy:
      'Give the cluster room (nodes, or placeholder pods of low priority), or check that the priorities are what you want.',
  },
  {
    reasons: ['FailedCreate', 'ReplicaSetCreateError', 'FailedDelete', 'FailedUpdate'],
    causes: [
      'the quota of the namespace is used up (exceeded quota)',
      'an admission webhook refuses, or does not answer: its pods are down or its certificate expired',
      'Pod Security, a LimitRange or a policy refuses the pod template',
      'the service account does not exist',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe KIND NAME',
      'kubectl -n NAMESPACE describe resourcequota,limitrange',
      'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
    ],
    remedy: 'The message names who refused: raise the quota, correct the template, or bring the webhook back.',
  },
  {
    reasons: [
      'FailedDaemonPod',
      'RecreatingFailedPod',
      'RecreatingTerminatedPod',
      'SelectingAll',
      'ConflictingController',
    ],
    causes: [
      'the node refused the pod at admission or evicted it',
      'the container of the DaemonSet ends in an error',
      'a selector that is empty',
    ],
    diagnose: ['kubectl -n NAMESPACE describe KIND NAME', 'kubectl -n NAMESPACE get pods -o wide'],
    remedy: 'Read the events of the failed pod and of its node; the controller goes on making new ones.',
  },
  {
    reasons: [
      'NoPods',
      'CalculateExpectedPodCountFailed',
      'UnmanagedPods',
      'MultiplePodDisruptionBudgets',
      'NotDeleted',
    ],
    causes: ['the selector of the disruption budget fits no pod, several budgets, or pods without a controller'],
    diagnose: ['kubectl -n NAMESPACE get pdb', 'kubectl -n NAMESPACE describe KIND NAME'],
    remedy: 'Correct the selector: with two budgets for a pod nobody can evict it, and drains wait for ever.',
  },
  {
    reasons: ['OwnerRefInvalidNamespace'],
    causes: ['an ownerReference that points into another namespace, usually from a copied manifest'],
    diagnose: ['kubectl -n NAMESPACE get KIND NAME -o yaml'],
    remedy: 'Remove the ownerReference: the garbage collector may delete the object.',
  },
  {
    reasons: [
      'BackoffLimitExceeded',
      'DeadlineExceeded',
      'PodFailurePolicy',
      'MaxFailedIndexesExceeded',
      'FailedIndexes',
      'CronJobRunFailed',
      'UnknownCompletionMode',
      'TooManySucceededPods',
    ],
    kinds: ['Job', 'CronJob'],
    causes: [
      'the program of the job fails: its log says why',
      'it takes longer than activeDeadlineSeconds',
      'killed for memory, or its node went away',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe KIND NAME',
      'kubectl -n NAMESPACE logs job/NAME --all-containers --tail=100',
      'kubectl -n NAMESPACE get pods -l job-name=NAME',
    ],
    remedy:
      'Read the log of the last pod, correct the cause, then delete and recreate the job: a failed one is not tried again.',
  },
  {
    reasons: [
      'MissSchedule',
      'TooManyMissedTimes',
      'UnparseableSchedule',
      'UnParseableCronJobSchedule',
      'InvalidSchedule',
      'UnknownTimeZone',
      'UnsupportedSchedule',
      'FailedGet',
      'JobAlreadyActive',
      'MissingJob',
      'UnexpectedJob',
    ],
    kinds: ['CronJob'],
    causes: [
      'the schedule or time zone is mistyped',
      'the controller was down longer than startingDeadlineSeconds',
      'the run before has not ended and concurrencyPolicy is Forbid',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe cronjob NAME',
      'kubectl -n NAMESPACE get jobs --sort-by=.metadata.creationTimestamp',
    ],
    remedy:
      'Correct the schedule; set startingDeadlineSeconds; with more than 100 missed times the CronJob stays off until it is changed.',
  },
  {
    reasons: [
      'FailedRescale',
      'FailedGetScale',
      'FailedUpdateStatus',
      'FailedComputeMetricsReplicas',
      'FailedGetResourceMetric',
      'FailedGetContainerResourceMetric',
      'FailedGetPodsMetric',
      'FailedGetObjectMetric',
      'FailedGetExternalMetric',
      'InvalidMetricSourceType',
      'SelectorRequired',
      'InvalidSelector',
      'AmbiguousSelector',
    ],
    kinds: ['HorizontalPodAutoscaler'],
    causes: [
      'metrics-server or the metrics adapter does not answer',
      'containers without CPU or memory requests',
      'new pods that have no figures yet',
      'scaleTargetRef or metric names that do not exist',
      'two autoscalers for the same pods',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe hpa NAME',
      'kubectl -n kube-system get pods -l k8s-app=metrics-server',
      'kubectl get apiservices | grep metrics',
      'kubectl -n NAMESPACE top pods',
    ],
    remedy:
      'Bring metrics-server back, give every container requests, correct the names. Until then the workload keeps its size.',
  },
  {
    reasons: [
      'ProvisioningFailed',
      'ProvisioningCleanupFailed',
      'FailedBinding',
      'VolumeMismatch',
      'ClaimMisbound',
      'ClaimLost',
      'ExternalExpanding',
      'VolumeUnknownReclaimPolicy',
    ],
    causes: [
      'the storage class does not exist or names a driver that is not installed',
      'the role of the CSI driver lacks a permission, or the account is at its limit',
      'no volume fits a claim without a storage class',
      'somebody deleted the volume of a bound claim',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe KIND NAME',
      'kubectl get storageclass',
      'kubectl -n kube-system logs deployment/ebs-csi-controller -c csi-provisioner --tail=50',
    ],
    remedy:
      'Correct class, permission or limit: the claim is tried again by itself. A lost claim has lost its data: restore it from a snapshot.',
  },
  {
    reasons: ['FailedDetachVolume', 'VolumeFailedDelete', 'VolumeFailedRecycle', 'VolumeDelete', 'RecyclerPod'],
    causes: [
      'the volume is still mounted by a pod or a node that is gone',
      'the driver lacks a permission',
      'the volume was changed outside of Kubernetes',
    ],
    diagnose: [
      'kubectl describe pv NAME',
      'kubectl get volumeattachments',
      'kubectl -n kube-system logs deployment/ebs-csi-controller -c csi-attacher --tail=50',
    ],
    remedy:
      'Delete pods that still use it and VolumeAttachments of nodes that are gone; then delete the cloud volume by hand if it stays.',
  },
  {
    reasons: ['VolumeResizeFailed', 'FileSystemResizeFailed', 'VolumeModifyFailed', 'VolumeModificationFailed'],
    causes: [
      'the storage class does not allow expansion',
      'EBS allows one change in six hours for each volume',
      'the file system or driver cannot grow while mounted',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe pvc NAME',
      'kubectl get storageclass -o custom-columns=NAME:.metadata.name,EXPAND:.allowVolumeExpansion',
      'aws ec2 describe-volumes-modifications --volume-ids VOLUME',
    ],
    remedy:
      'Wait for the six hours, allow expansion in the class, or restart the pod so that the file system is grown at mount.',
  },
  {
    reasons: ['VolumeConditionAbnormal', 'NodeFailed'],
    causes: ['the volume lost its backend, or its node failed'],
    diagnose: ['kubectl -n NAMESPACE describe pvc NAME', 'kubectl get volumeattachments'],
    remedy:
      'Check the volume at the provider; move the pod to a healthy node; restore from a snapshot when data is gone.',
  },
  {
    reasons: [
      'FailedToCreateEndpoint',
      'FailedToUpdateEndpoint',
      'FailedToListPods',
      'FailedToListEndpointSlices',
      'FailedToUpdateEndpointSlices',
      'InvalidIPAddress',
      'TooManyAddressesToMirror',
    ],
    causes: [
      'an API server under load, or an admission webhook that refuses',
      'addresses in hand-written Endpoints that are not addresses',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe service NAME',
      'kubectl -n NAMESPACE get endpointslices',
      "kubectl get --raw='/readyz?verbose'",
    ],
    remedy:
      'It is tried again by itself; when it lasts, traffic goes to old addresses: look at webhooks and at the load of the API server.',
  },
  {
    reasons: [
      'ClusterIPNotValid',
      'ClusterIPOutOfRange',
      'ClusterIPNotAllocated',
      'ClusterIPAlreadyAllocated',
      'IPAddressNotAllocated',
      'IPAddressWrongReference',
      'ServiceCIDRFull',
      'PortRangeFull',
      'PortNotAllocated',
      'PortAlreadyAllocated',
      'PortOutOfRange',
      'UnknownError',
      'KubernetesServiceCIDRError',
      'KubernetesDefaultServiceCIDRError',
      'KubernetesDefaultServiceCIDRInconsistent',
      'ServiceCIDRNotReady',
    ],
    causes: [
      'Services restored from a backup of another cluster',
      'a service range that is too small',
      'API servers started with different ranges',
    ],
    diagnose: [
      'kubectl -n NAMESPACE get service NAME -o yaml',
      'kubectl get servicecidrs,ipaddresses',
      'kubectl get services -A --no-headers | wc -l',
    ],
    remedy:
      'Recreate the Service with a new address or port; delete unused Services or add a ServiceCIDR when the range is full.',
  },
  {
    reasons: [
      'SyncLoadBalancerFailed',
      'UpdateLoadBalancerFailed',
      'DeleteLoadBalancerFailed',
      'UnAvailableLoadBalancer',
      'FailedToStartServiceHealthcheck',
    ],
    causes: [
      'subnets without the tags kubernetes.io/role/elb',
      'a permission or service limit in AWS',
      'wrong annotations',
      'no node that may receive traffic',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe service NAME',
      'kubectl get nodes --show-labels',
      'aws elbv2 describe-account-limits',
    ],
    remedy: 'Correct tags, annotations or limits; deletion that failed may leave a load balancer that costs money.',
  },
  {
    reasons: ['LeaderElection'],
    causes: ['the process was restarted or lost contact with the API server'],
    diagnose: ['kubectl -n NAMESPACE describe lease NAME'],
    remedy: 'Once is nothing; many a day mean an API server under load or a controller that is killed for memory.',
  },
];
