import type { Advice } from './advice.ts';

const describePod = 'kubectl -n NAMESPACE describe pod NAME';
const nodeOfPod = 'kubectl -n NAMESPACE get pod NAME -o wide';

/** Pods and their containers, images, probes and volumes, as the kubelet sees them. */
export const kubeletAdvice: readonly Advice[] = [
  {
    reasons: ['CrashLoopBackOff'],
    causes: [
      'the application exits with an error: wrong configuration, a dependency that does not answer, a bug in the new version',
      'it is killed for memory: exit code 137 and lastState reason OOMKilled',
      'its liveness probe fails before it has started',
      'the command or entrypoint ends by itself (exit code 0), or does not exist (127)',
    ],
    diagnose: [
      'kubectl -n NAMESPACE logs NAME --all-containers --previous --tail=100',
      'kubectl -n NAMESPACE get pod NAME -o jsonpath=\'{range .status.containerStatuses[*]}{.name}{": "}{.lastState.terminated}{"\\n"}{end}\'',
      describePod,
      'kubectl -n NAMESPACE rollout history deployment',
    ],
    remedy:
      'Read the last log lines before the exit and the exit code; undo the last rollout when it began with it; then correct configuration, probes or memory limit.',
  },
  {
    reasons: ['OOMKilled', 'OOMKilling', 'SystemOOM'],
    causes: [
      'the memory limit of the container is below what it needs under load',
      'a memory leak, or a heap size that ignores the limit (JVM, Node.js)',
      'a burst of work: large requests, many workers, caches without a bound',
      'on the node: pods without limits, or too little reserved for the system',
    ],
    diagnose: [
      'kubectl -n NAMESPACE top pod NAME --containers',
      'kubectl get pods -A -o json | jq -r \'.items[] | select(any(.status.containerStatuses[]?; .lastState.terminated.reason == "OOMKilled")) | .metadata.namespace + "/" + .metadata.name\'',
      'kubectl describe node NODE',
    ],
    remedy:
      'Raise the memory limit to what the container really needs, or find the leak; on nodes, set requests and limits for every pod and reserve memory for the system.',
  },
  {
    reasons: ['BackOff'],
    causes: ['a container or its image keeps failing; the message of another event of the pod says which'],
    diagnose: [describePod, 'kubectl -n NAMESPACE logs NAME --all-containers --previous --tail=100'],
    remedy: 'Read the other events of the pod: the failure that is being waited for has its own.',
  },
  {
    reasons: ['ImagePullBackOff', 'ErrImagePull', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError'],
    causes: [
      'the image or tag does not exist: a typing error, or it was never pushed',
      'the registry refuses: no imagePullSecret, an expired token, a node role without ECR permissions',
      'the registry limits pulls (Docker Hub: toomanyrequests)',
      'the node cannot reach it: no NAT or VPC endpoint, DNS, a proxy, an unknown certificate authority',
      'the image has no variant for the architecture of the node (arm64)',
    ],
    diagnose: [
      describePod,
      "kubectl -n NAMESPACE get pod NAME -o jsonpath='{.spec.imagePullSecrets} {.spec.containers[*].image}'",
      'aws ecr describe-images --repository-name REPOSITORY --image-ids imageTag=TAG',
    ],
    remedy: 'Check the image name and tag, imagePullSecrets, and that the node can reach the registry.',
  },
  {
    reasons: ['RegistryUnavailable', 'SignatureValidationFailed', 'FailedToRetrieveImagePullSecret'],
    causes: [
      'the registry does not answer',
      'the image is not signed as the policy of the node wants',
      'an imagePullSecret is named that is not in the namespace',
    ],
    diagnose: [describePod, 'kubectl -n NAMESPACE get secrets --field-selector type=kubernetes.io/dockerconfigjson'],
    remedy:
      'Create or correct the pull secret, sign the image, or wait for the registry; a mirror in ECR outlives its outages.',
  },
  {
    reasons: ['CreateContainerConfigError'],
    causes: [
      'a Secret, ConfigMap or key that env or envFrom names does not exist in the namespace',
      'the image runs as root and the pod demands runAsNonRoot',
      'a subPath that cannot be made',
    ],
    diagnose: [
      describePod,
      'kubectl -n NAMESPACE get secrets,configmaps',
      "kubectl -n NAMESPACE get pod NAME -o jsonpath='{.spec.containers[*].envFrom} {.spec.containers[*].env}'",
    ],
    remedy: 'Create the Secret, ConfigMap or key that the message names; the kubelet tries again by itself.',
  },
  {
    reasons: ['CreateContainerError', 'RunContainerError', 'Failed', 'PreCreateHookError', 'PreStartHookError'],
    kinds: ['Pod'],
    causes: [
      'the command or working directory does not exist in the image (exec: no such file or directory)',
      'a device, CPU set or huge page the container asks for is not there',
      'the container runtime is slow or broken: deadlines, a full disk, a name that is still reserved',
      'seccomp, AppArmor or SELinux forbids the start',
    ],
    diagnose: [
      describePod,
      nodeOfPod,
      'kubectl debug node/NODE -it --image=busybox -- chroot /host journalctl -u containerd -u kubelet -n 100',
    ],
    remedy:
      'The message is the words of the container runtime: correct command and security settings, or drain the node when all of its pods fail alike.',
  },
  {
    reasons: ['StartupProbeFailed'],
    causes: [
      'the process is still starting, which is what a startup probe waits for',
      'it waits for a dependency, or has too little CPU to start in time',
      'path, port or scheme of the probe are wrong',
    ],
    diagnose: [
      describePod,
      'kubectl -n NAMESPACE logs NAME --all-containers --tail=100',
      "kubectl -n NAMESPACE get pod NAME -o jsonpath='{.spec.containers[*].startupProbe}'",
    ],
    remedy:
      'Wait while it starts; when the kubelet restarts it instead, raise failureThreshold or find out what it waits for.',
  },
  {
    reasons: ['Unhealthy', 'ProbeWarning'],
    causes: [
      'the application is overloaded or waits for a dependency, and answers later than timeoutSeconds',
      'path, port or scheme of the probe are wrong',
      'it starts more slowly than initialDelaySeconds or the startup probe allow',
      'CPU throttling by a low limit',
    ],
    diagnose: [
      describePod,
      'kubectl -n NAMESPACE logs NAME --all-containers --tail=100',
      'kubectl -n NAMESPACE top pod NAME --containers',
      "kubectl -n NAMESPACE get pod NAME -o jsonpath='{.spec.containers[*].livenessProbe} {.spec.containers[*].readinessProbe} {.spec.containers[*].startupProbe}'",
    ],
    remedy:
      'Find out why the application answers late or not at all; then fit path, port, timeoutSeconds and failureThreshold to how it behaves, with a startup probe for slow starts.',
  },
  {
    reasons: ['Killing'],
    causes: [
      'its liveness or startup probe failed as often as failureThreshold',
      'its postStart hook failed',
      'its definition changed',
    ],
    diagnose: [describePod, 'kubectl -n NAMESPACE logs NAME --all-containers --previous --tail=100'],
    remedy:
      'Treat what made the probe fail; when the application is only slow, give it a startup probe and a longer timeout.',
  },
  {
    reasons: ['FailedPostStartHook', 'FailedPreStopHook', 'LifecycleHTTPFallback'],
    causes: [
      'the command of the hook fails or is not in the image',
      'the HTTP hook gets no answer',
      'the hook takes longer than the grace period',
    ],
    diagnose: [describePod, "kubectl -n NAMESPACE get pod NAME -o jsonpath='{.spec.containers[*].lifecycle}'"],
    remedy:
      'Run the hook by hand with kubectl exec; its output is not in the event. A failed postStart hook kills the container.',
  },
  {
    reasons: [
      'FailedMount',
      'FailedMapVolume',
      'FailedAttachVolume',
      'FailedMountOnFilesystemMismatch',
      'AlreadyMountedVolume',
      'VolumePermissionChangeInProgress',
    ],
    causes: [
      'the Secret, ConfigMap or claim does not exist in the namespace',
      'the volume is still attached to another node (Multi-Attach), often one that is gone',
      'the volume is in another zone than the node',
      'the CSI driver does not run on the node, or its role lacks a permission',
      'the node has as many volumes as its instance type can take',
    ],
    diagnose: [
      describePod,
      'kubectl -n NAMESPACE get pvc,secrets,configmaps',
      'kubectl get volumeattachments',
      'kubectl -n kube-system logs -l app=ebs-csi-node -c ebs-plugin --tail=50',
    ],
    remedy:
      'Create what is missing; for Multi-Attach wait six minutes or delete the pod on the lost node; otherwise read the logs of the CSI driver.',
  },
  {
    reasons: ['FailedCreatePodSandBox', 'NetworkNotReady', 'FailedPodSandBoxStatus', 'SandboxChanged', 'FailedKillPod'],
    causes: [
      'no free IP address in the subnet or on the node (VPC CNI: failed to assign an IP address to container)',
      'the CNI pod of the node (aws-node, cilium, calico) is not running or not ready',
      'the container runtime is overloaded or was restarted',
    ],
    diagnose: [
      describePod,
      'kubectl -n kube-system get pods -o wide --field-selector spec.nodeName=NODE',
      'kubectl -n kube-system logs -l k8s-app=aws-node -c aws-node --tail=50',
      'aws ec2 describe-subnets --query "Subnets[].[SubnetId,AvailableIpAddressCount]" --output table',
    ],
    remedy:
      'Free or add addresses (more subnets, prefix delegation), restart the CNI pod of the node, or drain the node when only it is affected.',
  },
  {
    reasons: [
      'FailedCreatePodContainer',
      'FailedSync',
      'FailedValidation',
      'ExceededGracePeriod',
      'HostIPsIPFamilyMismatch',
    ],
    causes: [
      'the container runtime or cgroups of the node are in trouble',
      'two static pods have one name',
      'a process that ignores SIGTERM',
    ],
    diagnose: [
      describePod,
      'kubectl describe node NODE',
      'kubectl debug node/NODE -it --image=busybox -- chroot /host journalctl -u kubelet -n 100',
    ],
    remedy:
      'When several pods of the node report it, cordon and replace the node; for the grace period, make the application stop on SIGTERM.',
  },
  {
    reasons: ['Evicted', 'Preempting', 'EvictionThresholdMet'],
    causes: [
      'the node ran short of memory, disk or process ids; pods that use most above their requests go first',
      'the pod passed its own ephemeral-storage or emptyDir limit',
      'a critical pod needed the room',
    ],
    diagnose: [describePod, 'kubectl describe node NODE', 'kubectl top pods -A --sort-by=memory'],
    remedy:
      'Set requests near real use and limits for ephemeral storage; give the nodes more memory or disk when many pods are evicted.',
  },
  {
    reasons: [
      'OutOfcpu',
      'OutOfmemory',
      'OutOfpods',
      'OutOfephemeral-storage',
      'UnexpectedAdmissionError',
      'VolumeAttachmentLimitExceeded',
      'FailedPrepareDynamicResources',
      'FailedNodeDeclaredFeaturesCheck',
      'NodeAffinity',
      'NodeName',
      'NodePorts',
      'TaintToleration',
      'InvalidNodeInfo',
      'PodOSSelectorNodeLabelDoesNotMatch',
      'PodOSNotSupported',
      'SupplementalGroupsPolicyNotSupported',
      'UnknownReason',
      'UnexpectedPredicateFailureType',
      'EmptyPodSharedPoolError',
      'TopologyAffinityError',
      'SMTAlignmentError',
      'NodeShutdown',
      'SysctlForbidden',
      'AppArmor',
      'PodFeatureUnsupported',
      'PodLevelResourcesNotSupported',
    ],
    causes: [
      'the kubelet counts otherwise than the scheduler: static pods, pods that are still ending, a device plugin that was restarted',
      'labels or taints of the node changed after the pod was placed',
      'the pod asks for something this node or its version does not offer',
    ],
    diagnose: [describePod, 'kubectl describe node NODE'],
    remedy:
      'The pod stays Failed and its controller makes another; when that repeats, correct the request the message names, or take the node out.',
  },
  {
    reasons: ['ResizeInfeasible', 'ResizeError', 'ResizeDeferred'],
    causes: ['the node has no room for the new size', 'the runtime refused the change'],
    diagnose: [describePod, 'kubectl describe node NODE'],
    remedy: 'Ask for less, or let the pod be recreated on a larger node.',
  },
  {
    reasons: ['DeadlineExceeded'],
    kinds: ['Pod'],
    causes: ['the pod ran longer than its activeDeadlineSeconds'],
    diagnose: [describePod, 'kubectl -n NAMESPACE logs NAME --all-containers --tail=100'],
    remedy: 'Find out why the work takes longer, or raise activeDeadlineSeconds.',
  },
  {
    reasons: ['MissingClusterDNS', 'DNSConfigForming', 'CheckLimitsForResolvConf'],
    causes: [
      'the kubelet has no clusterDNS setting',
      'more name servers or search domains than resolvers take (3 and 32)',
    ],
    diagnose: [
      describePod,
      'kubectl get configmap -n kube-system coredns -o yaml',
      'kubectl debug node/NODE -it --image=busybox -- chroot /host cat /etc/resolv.conf',
    ],
    remedy:
      'Set clusterDNS in the kubelet configuration (on EKS: the node bootstrap does); shorten resolv.conf of the node.',
  },
  {
    reasons: ['CertificateExpired', 'CertificateOverdueForRefresh', 'Denied'],
    kinds: ['Pod'],
    causes: ['the signer of the pod certificate does not run, refuses, or is slow'],
    diagnose: ['kubectl -n NAMESPACE get podcertificaterequests', describePod],
    remedy: 'Bring the signer back; the kubelet asks again, and the pod reads the new certificate from its volume.',
  },
];
