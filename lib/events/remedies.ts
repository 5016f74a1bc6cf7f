/**
 * The small part of the catalogue that travels with every published event: one sentence for what people are woken by. The
 * long texts are in `catalogue/advice`.
 */
interface Remedy {
  /** When set, the message must contain this text. */
  readonly when?: string;
  readonly text: string;
}

const schedulingRemedies: readonly Remedy[] = [
  {
    when: 'Insufficient',
    text: 'No node has enough free CPU or memory: add nodes, or lower the requests (kubectl describe node shows what is taken).',
  },
  {
    when: 'untolerated taint',
    text: 'Every node that would fit is tainted: add a toleration to the pod, or remove the taint when it is a leftover.',
  },
  {
    when: 'affinity',
    text: 'No node matches the node selector or the affinity rules: compare them with kubectl get nodes --show-labels.',
  },
  {
    when: 'persistentvolumeclaim',
    text: 'A volume claim of the pod is missing or unbound: kubectl get pvc in the namespace, and check its storage class and zone.',
  },
  { text: 'No node accepts the pod: the message lists why, node group by node group.' },
];

const pullRemedies: readonly Remedy[] = [
  {
    when: 'toomanyrequests',
    text: 'The registry limits pulls: wait, log in with imagePullSecrets, or use a mirror such as an ECR pull-through cache.',
  },
  {
    when: 'not found',
    text: 'The registry does not have this image or tag: check the name for a typing error and that the tag was pushed.',
  },
  {
    when: 'unauthorized',
    text: 'The registry refused the credentials: check imagePullSecrets and, for ECR, the permissions of the node role.',
  },
  {
    text: 'Check the image name and tag, imagePullSecrets, and that the node can reach the registry.',
  },
];

const oomRemedies: readonly Remedy[] = [
  {
    text: 'A process ran out of memory and was killed: raise the memory limit of its container, or find the leak (kubectl top pod --containers).',
  },
];

const configRemedies: readonly Remedy[] = [
  {
    text: 'The container refers to a Secret, ConfigMap or key that is not there, or its security settings contradict the image: create what the message names.',
  },
];

const diskRemedies: readonly Remedy[] = [
  {
    text: 'The node is short of disk: remove unused images and large logs, or give the node a larger volume; pods are evicted until then.',
  },
];

const remedies: ReadonlyMap<string, readonly Remedy[]> = new Map([
  [
    'CrashLoopBackOff',
    [
      {
        text: 'The container keeps exiting: read kubectl logs --previous and the exit code in kubectl describe pod; then check configuration, dependencies, probes and the memory limit.',
      },
    ],
  ],
  ['OOMKilled', oomRemedies],
  ['OOMKilling', oomRemedies],
  ['SystemOOM', oomRemedies],
  ['ImagePullBackOff', pullRemedies],
  ['ErrImagePull', pullRemedies],
  [
    'ErrImageNeverPull',
    [{ text: 'imagePullPolicy is Never and the node does not have the image: load it there, or use IfNotPresent.' }],
  ],
  [
    'InvalidImageName',
    [{ text: 'The image name is malformed: it must be lower case, as in registry/repository:tag.' }],
  ],
  ['CreateContainerConfigError', configRemedies],
  ['FailedScheduling', schedulingRemedies],
  [
    'FailedMount',
    [
      {
        when: 'not found',
        text: 'The pod mounts a Secret or ConfigMap that does not exist: create it, or mark the volume optional.',
      },
      { text: 'A volume cannot be mounted: kubectl describe pod and the logs of the CSI node driver say why.' },
    ],
  ],
  [
    'FailedAttachVolume',
    [
      {
        when: 'Multi-Attach',
        text: 'The volume is still attached to another node: wait for the old pod to end, or delete it when its node is gone.',
      },
      {
        text: 'The volume cannot be attached: check that it is in the zone of the node and the permissions of the CSI driver.',
      },
    ],
  ],
  [
    'FailedCreatePodSandBox',
    [
      {
        when: 'failed to assign an IP address',
        text: 'The subnet or the node has no free IP address: add subnets, or turn on prefix delegation in the VPC CNI.',
      },
      {
        text: 'The pod network cannot be set up: check the CNI pods on the node (kubectl -n kube-system get pods -o wide).',
      },
    ],
  ],
  [
    'FailedCreate',
    [
      {
        when: 'exceeded quota',
        text: 'The namespace quota is used up: delete what is not needed, or raise the ResourceQuota.',
      },
      {
        when: 'violates PodSecurity',
        text: 'The namespace enforces a Pod Security level that the pod template breaks: the message names each setting to change.',
      },
      { when: 'webhook', text: 'An admission webhook refused the pod or did not answer: check its pods and its logs.' },
    ],
  ],
  [
    'Evicted',
    [
      {
        text: 'The kubelet evicted the pod to protect the node: set requests near real use, and see which resource ran short.',
      },
    ],
  ],
  [
    'NodeNotReady',
    [
      {
        text: 'The node stopped reporting as ready: kubectl describe node, then the kubelet, the container runtime and the EC2 instance status.',
      },
    ],
  ],
  ['NodeHasDiskPressure', diskRemedies],
  ['FreeDiskSpaceFailed', diskRemedies],
  [
    'StartupProbeFailed',
    [
      {
        text: 'The container takes long to start: read its log; when it is restarted over it, raise failureThreshold of the startup probe.',
      },
    ],
  ],
  [
    'Unhealthy',
    [
      {
        text: 'A probe fails: check that the path, port and time limits of the probe fit how the application answers.',
      },
    ],
  ],
  [
    'BackoffLimitExceeded',
    [{ text: 'The job failed as often as it may: read the logs of its last pod, then delete and recreate the job.' }],
  ],
  ['KernelOops', [{ text: 'The kernel faulted: cordon and drain the node, then replace it.' }]],
]);

/** Reasons that one sentence fits whatever the message says. */
const plainRemedies: readonly (readonly [reasons: string, text: string])[] = [
  [
    'CreateContainerError RunContainerError',
    'The container runtime refused the container: correct the command, the mounts or the security settings that the message names.',
  ],
  [
    'FailedPostStartHook',
    'The postStart hook failed and the container is killed: run its command with kubectl exec to see why.',
  ],
  ['NetworkNotReady', 'The pod network of the node is not up: check its CNI pod (aws-node) and restart it.'],
  [
    'NodeHasInsufficientMemory EvictionThresholdMet',
    'The node runs short: move its largest pods away, and set requests near real use.',
  ],
  [
    'NodeHasInsufficientPID',
    'A pod of the node starts too many processes: find it with kubectl describe node and limit podPidsLimit.',
  ],
  [
    'KernelDeadlock DockerHung VMcore TaskHung CperHardwareErrorFatal KernelBug SoftLockup',
    'The kernel or the host of the node is broken: cordon and drain the node, then replace it.',
  ],
  [
    'FilesystemIsReadOnly ReadonlyFilesystem FilesystemCorruption XfsHasShutdown DiskBadBlock Ext4Error IOError BlockDeviceIOError',
    'A disk of the node fails: drain and replace the node; restore data volumes from a snapshot if needed.',
  ],
  [
    'KubeletUnhealthy KubeletSetupFailed KubeletFailed ContainerRuntimeFailed ContainerdUnhealthy DockerUnhealthy FrequentKubeletRestart FrequentContainerdRestart',
    'A service of the node does not work: read its journal, then drain and replace the node.',
  ],
  [
    'ConntrackFull ConntrackExceeded ConntrackExceededKernel',
    'The node drops new connections: raise nf_conntrack_max, or spread its pods.',
  ],
  ['DNSUnreachable', 'The node cannot resolve names: check CoreDNS and that port 53 is open between nodes.'],
  [
    'Rebooted',
    'The node restarted: unless somebody planned it, look for kernel events just before, and replace it if it happens again.',
  ],
  ['ClaimLost', 'The volume of the claim is gone and its data with it: restore it from a snapshot or backup.'],
  [
    'ProvisioningFailed',
    'No volume could be made: check the storage class, the permissions of the CSI driver and the limits of the account.',
  ],
  [
    'VolumeResizeFailed FileSystemResizeFailed',
    'The volume did not grow: EBS takes one change in six hours, and the class must allow expansion.',
  ],
  ['DeadlineExceeded', 'The work took longer than activeDeadlineSeconds: find out why, or raise it.'],
  [
    'TooManyMissedTimes',
    'The CronJob missed more than 100 times and is off: set startingDeadlineSeconds and apply it again.',
  ],
  ['FailedDaemonPod', 'A pod of the DaemonSet failed on a node: read the events of the pod and of the node.'],
  [
    'FailedGetScale FailedRescale',
    'The autoscaler cannot scale its target: check scaleTargetRef and the permissions for it.',
  ],
  [
    'SyncLoadBalancerFailed UpdateLoadBalancerFailed',
    'AWS refused the load balancer: check subnet tags, annotations, permissions and limits.',
  ],
  [
    'FailedBuildModel FailedDeployModel',
    'The load balancer was not changed: check subnet tags, certificate, IAM permissions and limits that the message names.',
  ],
  [
    'SpotInterrupted SpotInterruption',
    'EC2 takes the node back in two minutes; pods move by themselves. Many at once: allow more instance types and zones.',
  ],
  [
    'InsufficientCapacityError',
    'EC2 has none of the allowed instance types: allow more types, sizes and zones, or on-demand beside spot.',
  ],
  [
    'InstanceUnhealthy ScheduledEvent InstanceStopping',
    'AWS will stop or repair the host: drain the node before that if nothing does.',
  ],
  [
    'NodeClassNotReady NodePoolNotReady',
    'Karpenter cannot make nodes of this class: the condition that is False names subnet, image, role or security group.',
  ],
  [
    'MissingIAMPermissions',
    'The VPC CNI lacks a permission and new pods get no address: attach AmazonEKS_CNI_Policy to its role.',
  ],
  [
    'IPAMDNoIPs InsufficientCidrBlocks',
    'The subnet or node has no free address: add subnets, or turn on prefix delegation.',
  ],
  [
    'NotTriggerScaleUp',
    'No node group can take the pod: raise the maximum, or add a group that fits its size, zone and taints.',
  ],
  [
    'CertificateNotReady CertificateExpired OrderFailed PresentError Solver SigningError',
    'Follow Certificate, CertificateRequest, Order, Challenge with kubectl describe: the lowest one names the cause.',
  ],
  [
    'IssuerNotReady IssuerNotFound ErrInitIssuer',
    'The issuer cannot sign: kubectl describe it, and check its secret and its account.',
  ],
  ['SyncFailed', 'The sync was refused: argocd app get shows the resource; correct it in Git and sync again.'],
  [
    'Degraded',
    'A resource of the application is unhealthy: argocd app get shows which; roll back if a release caused it.',
  ],
  ['RolloutAborted', 'The new version was taken back: read its AnalysisRuns and pods, then retry or undo the change.'],
  [
    'ReconciliationFailed BuildFailed HealthCheckFailed',
    'Flux could not apply it: flux get kustomizations names the resource; correct it in Git.',
  ],
  [
    'InstallFailed UpgradeFailed RollbackFailed',
    'The Helm release failed: helm history and the pods of the release say why; correct values or chart in Git.',
  ],
  ['RecordError', 'The DNS record was not written: check the Route 53 permissions and the zone of external-dns.'],
  ['AllocationFailed', 'No address is left: enlarge the pool, or free addresses of unused Services.'],
  [
    'ReloadFailed',
    'NGINX refuses its configuration and serves the old one: take the last change of Ingress or ConfigMap back.',
  ],
  [
    'BackupFailed Data-Path-Failed',
    'There is no good backup from this run: velero backup describe says why; run it again.',
  ],
  [
    'UpdateFailed MissingProviderSecret InvalidProviderConfig',
    'The secret was not read from its provider: check that it exists and the permissions of the store.',
  ],
  [
    'KernelNotReady NetworkingNotReady StorageNotReady ContainerRuntimeNotReady AcceleratedHardwareNotReady',
    'The EKS node monitoring agent found the node unfit: auto repair replaces it when it is on; else drain and replace it.',
  ],
  ['ClusterUnhealthy', 'So many nodes are not ready that the autoscaler holds back: mend the nodes first.'],
  [
    'AuthenticationFailed',
    'The credentials of the source were refused: renew its secret. The cluster keeps the last artifact.',
  ],
  [
    'WorkflowFailed WorkflowTimedOut',
    'A step of the workflow failed: argo logs says why; argo retry keeps the steps that succeeded.',
  ],
];

const plainByReason: ReadonlyMap<string, string> = new Map(
  plainRemedies.flatMap(([reasons, text]) => reasons.split(' ').map((reason) => [reason, text] as const)),
);

/** What to do about an effective reason, as one sentence, when this product knows. */
export function remedyFor(effectiveReason: string, message: string): string | undefined {
  const particular = remedies.get(effectiveReason)?.find(({ when }) => when === undefined || message.includes(when));
  return particular?.text ?? plainByReason.get(effectiveReason);
}
