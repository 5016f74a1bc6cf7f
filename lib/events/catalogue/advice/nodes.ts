import type { Advice } from './advice.ts';

const describeNode = 'kubectl describe node NODE';
const nodeLogs =
  'kubectl debug node/NODE -it --image=busybox -- chroot /host journalctl -u kubelet -u containerd -n 200';
const podsOfNode = 'kubectl get pods -A -o wide --field-selector spec.nodeName=NODE';
const kernelLog = 'kubectl debug node/NODE -it --image=busybox -- chroot /host dmesg -T | tail -100';
const instance =
  "aws ec2 describe-instance-status --include-all-instances --instance-ids $(kubectl get node NODE -o jsonpath='{.spec.providerID}' | sed 's|.*/||')";

/** Nodes: their health, their kernel, and what their loss does to pods. */
export const nodeAdvice: readonly Advice[] = [
  {
    reasons: ['NodeNotReady', 'NodeStatusUnknown'],
    causes: [
      'the instance is gone or being replaced: spot interruption, scale-down, a failed status check',
      'kubelet or containerd stopped, or starve for memory or disk',
      'the node cannot reach the API server: security group, route, DNS',
      'too many pods for its size (PLEG is not healthy)',
    ],
    diagnose: [describeNode, podsOfNode, instance, nodeLogs],
    remedy:
      'Nodes that are being replaced need nothing. Otherwise look at instance status and kubelet log; drain and replace a node that does not come back within minutes.',
  },
  {
    reasons: ['NodeNotSchedulable', 'Shutdown', 'Rebooted'],
    kinds: ['Node'],
    causes: [
      'somebody or an automation cordoned or drained it',
      'the operating system was patched and restarted',
      'the kernel or the instance failed',
    ],
    diagnose: [describeNode, podsOfNode, instance],
    remedy:
      'Planned: nothing to do, uncordon afterwards. Unplanned: look for kernel events just before, and replace the node when it happens again.',
  },
  {
    reasons: ['NodeHasInsufficientMemory'],
    causes: [
      'pods without memory limits, or with limits far above their requests',
      'too little reserved for kubelet and system',
    ],
    diagnose: [describeNode, 'kubectl top pods -A --sort-by=memory', podsOfNode],
    remedy: 'Set requests near real use; move the largest pods away; give the node group more memory.',
  },
  {
    reasons: [
      'NodeHasDiskPressure',
      'FreeDiskSpaceFailed',
      'ImageGCFailed',
      'ContainerGCFailed',
      'InvalidDiskCapacity',
    ],
    causes: [
      'large images or many versions of them',
      'containers that write logs or caches to their own layer',
      'a root volume that is too small',
      'a runtime that does not answer garbage collection',
    ],
    diagnose: [
      describeNode,
      'kubectl debug node/NODE -it --image=busybox -- chroot /host df -h',
      'kubectl debug node/NODE -it --image=busybox -- chroot /host crictl imagefsinfo',
    ],
    remedy:
      'Give the node group a larger root volume; limit ephemeral storage; remove unused images (crictl rmi --prune).',
  },
  {
    reasons: ['NodeHasInsufficientPID'],
    causes: ['a pod that forks without end', 'zombie processes of containers without an init'],
    diagnose: [
      describeNode,
      "kubectl debug node/NODE -it --image=busybox -- chroot /host sh -c 'ps -eo user,comm | sort | uniq -c | sort -rn | head'",
    ],
    remedy: 'Stop the pod with most processes; set podPidsLimit for the kubelet.',
  },
  {
    reasons: [
      'KubeletSetupFailed',
      'FailedNodeAllocatableEnforcement',
      'KubeletUnhealthy',
      'FrequentKubeletRestart',
      'KubeletFailed',
      'KubeletStart',
    ],
    causes: [
      'a wrong kubelet configuration or flag after a change of the node image',
      'memory or disk of the node is used up',
      'certificates or clock of the node are wrong',
    ],
    diagnose: [describeNode, nodeLogs],
    remedy:
      'One node: drain and replace it. All new nodes: go back to the last launch template or machine image that worked.',
  },
  {
    reasons: [
      'ContainerdUnhealthy',
      'DockerUnhealthy',
      'DockerHung',
      'ContainerdHung',
      'FrequentContainerdRestart',
      'FrequentDockerRestart',
      'ContainerRuntimeFailed',
      'ContainerRuntimeNotReady',
    ],
    causes: [
      'the disk is slow or full',
      'a defect of the runtime that many short-lived containers bring out',
      'memory pressure on the node',
    ],
    diagnose: [
      describeNode,
      nodeLogs,
      'kubectl debug node/NODE -it --image=busybox -- chroot /host df -h /var/lib/containerd',
    ],
    remedy: 'Restart containerd, or replace the node; a faster root volume helps when it comes back.',
  },
  {
    reasons: [
      'KernelOops',
      'KernelDeadlock',
      'VMcore',
      'KernelBug',
      'SoftLockup',
      'KernelNotReady',
      'TaskHung',
      'CperHardwareErrorFatal',
      'CperHardwareErrorRecoverable',
      'MemoryReadError',
    ],
    causes: [
      'a fault of kernel or driver',
      'hardware of the host that fails',
      'storage that does not answer, so that tasks wait for ever',
    ],
    diagnose: [describeNode, kernelLog, instance],
    remedy:
      'Cordon and drain the node, then replace it (stop and start moves the instance to other hardware). On many nodes: change the kernel.',
  },
  {
    reasons: [
      'FilesystemIsReadOnly',
      'FilesystemCorruption',
      'ReadonlyFilesystem',
      'Ext4Error',
      'Ext4Warning',
      'IOError',
      'XfsHasShutdown',
      'DiskBadBlock',
      'CorruptDockerOverlay2',
      'BlockDeviceIOError',
      'StorageNotReady',
      'IODelays',
    ],
    causes: [
      'the EBS volume was detached or does not answer',
      'disk hardware that fails',
      'an instance that was stopped without a clean shutdown',
    ],
    diagnose: [
      describeNode,
      kernelLog,
      "kubectl debug node/NODE -it --image=busybox -- chroot /host sh -c 'mount | grep -w ro'",
    ],
    remedy:
      'Drain and replace the node; do not repair a root volume in place. For a data volume: detach, check it (fsck), restore from a snapshot if needed.',
  },
  {
    reasons: ['ConntrackFull', 'ConntrackExceeded', 'ConntrackExceededKernel'],
    causes: [
      'many short connections from or to pods of the node',
      'connections that are never closed',
      'an instance type with a low limit',
    ],
    diagnose: [
      describeNode,
      "kubectl debug node/NODE -it --image=busybox -- chroot /host sh -c 'conntrack -C; sysctl net.netfilter.nf_conntrack_max'",
    ],
    remedy:
      'Raise net.netfilter.nf_conntrack_max (kube-proxy conntrack settings), reuse connections, or spread the load over more nodes. New connections fail until then.',
  },
  {
    reasons: [
      'KubeProxyUnhealthy',
      'KubeProxyNotReady',
      'FailedToStartProxierHealthcheck',
      'FailedToStartMetricServer',
      'IPTablesVersionsMismatch',
      'UnregisterNetDevice',
      'NodeNetworkUnavailable',
      'NetworkingNotReady',
      'MissingDefaultRoutes',
      'MissingIPRoutes',
      'MissingIPRules',
      'PortConflict',
    ],
    causes: [
      'kube-proxy or the CNI of the node is not running',
      'its port is taken by another process',
      'a kernel or iptables variant that the version of kube-proxy does not expect',
    ],
    diagnose: [
      'kubectl -n kube-system get pods -o wide --field-selector spec.nodeName=NODE',
      'kubectl -n kube-system logs -l k8s-app=kube-proxy --tail=50',
      describeNode,
    ],
    remedy:
      'Restart kube-proxy or the CNI pod of the node; replace the node when that does not help. Services are unreachable from it until then.',
  },
  {
    reasons: ['DNSUnreachable'],
    causes: [
      'CoreDNS is down or overloaded',
      'a security group or network policy blocks port 53',
      'the limit of 1,024 packets per second to the VPC resolver',
    ],
    diagnose: [
      'kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide',
      'kubectl -n kube-system logs -l k8s-app=kube-dns --tail=50',
      describeNode,
    ],
    remedy: 'Scale CoreDNS, use NodeLocal DNSCache, open port 53 between nodes.',
  },
  {
    reasons: [
      'CorruptDockerImage',
      'CorruptContainerImageLayer',
      'DockerContainerStartupFailure',
      'ContainerCreationFailed',
      'HCSEmptyLayerchain',
      'CCPPCrash',
      'UncaughtException',
      'NTPIsDown',
      'ClockUnsynchronized',
      'AppCrash',
      'AppBlocked',
    ],
    causes: [
      'an interrupted pull or an unclean shutdown left a broken layer',
      'a process of the node crashed',
      'the time service does not run',
    ],
    diagnose: [describeNode, nodeLogs],
    remedy:
      'Remove the image (crictl rmi) and pull it again; restart the service that the message names; replace the node when it repeats.',
  },
  {
    reasons: ['WindowsDefenderThreatsDetected'],
    causes: ['malware in a container image or volume, or a false alarm'],
    diagnose: [podsOfNode, describeNode],
    remedy:
      'Isolate the node (cordon, remove from load balancers), keep it for forensics, and find the image that brought it.',
  },
  {
    reasons: ['TaintManagerEviction', 'DeviceTaintManagerEviction', 'NodeControllerEviction', 'DeletingAllPods'],
    causes: [
      'its node was not ready or unreachable for longer than the pod tolerates (300 s by default)',
      'somebody tainted the node with NoExecute',
    ],
    diagnose: [
      'kubectl -n NAMESPACE describe pod NAME',
      'kubectl get nodes',
      'kubectl get nodes -o jsonpath=\'{range .items[*]}{.metadata.name}{": "}{.spec.taints}{"\\n"}{end}\'',
    ],
    remedy:
      'Deal with the node; the controller makes new pods elsewhere. StatefulSet pods wait until the node is back or its object is deleted.',
  },
  {
    reasons: [
      'DeletingNode',
      'DeletingNodeFailed',
      'RemovingNode',
      'CIDRNotAvailable',
      'CIDRAssignmentFailed',
      'FailedToCreateRoute',
    ],
    causes: [
      'the instance was terminated',
      'the pod address range of the cluster is used up',
      'the cloud credentials lack a permission',
    ],
    diagnose: ['kubectl get nodes -o wide', describeNode],
    remedy:
      'Expected with autoscaling; otherwise find in CloudTrail who terminated the instance, or enlarge the address range.',
  },
  {
    reasons: ['IPAMDNoIPs', 'IPAMDInconsistentState', 'IPAMDRepeatedlyRestart', 'NPARepeatedlyRestart'],
    causes: [
      'the subnet has no free addresses',
      'aws-node cannot call EC2 or was killed for memory',
      'the instance has all the interfaces it can take',
    ],
    diagnose: [
      'kubectl -n kube-system logs -l k8s-app=aws-node -c aws-node --tail=100',
      'aws ec2 describe-subnets --query "Subnets[].[SubnetId,AvailableIpAddressCount]" --output table',
      describeNode,
    ],
    remedy: 'Add subnets or a secondary CIDR, turn on prefix delegation, restart aws-node on the node.',
  },
  {
    reasons: ['AcceleratedHardwareNotReady', 'NvidiaDoubleBitError', 'NvidiaXID31Warning', 'NvidiaThermalError'],
    causes: [
      'a fault of GPU or Neuron hardware',
      'a driver that does not fit',
      'an application that misuses the device (XID 13, 31)',
    ],
    diagnose: [describeNode, 'kubectl -n NAMESPACE logs -l app=nvidia-device-plugin --tail=50', kernelLog],
    remedy:
      'Look the XID up: application errors go to the team, hardware errors mean a new instance. EKS auto repair replaces the node after ten minutes.',
  },
  {
    reasons: [
      'KernelReady',
      'NetworkingReady',
      'StorageReady',
      'ContainerRuntimeReady',
      'AcceleratedHardwareReady',
      'ApproachingKernelPidMax',
      'ApproachingMaxOpenFiles',
      'UnexpectedRejectRule',
      'EtcHostsMountFailed',
      'ContainerdRepeatedRestart',
      'ServiceFailedToStart',
      'DCGMHealthCode81',
      'NvidiaNCCLError',
      'NvidiaPageRetirement',
      'NvidiaPCIeError',
      'NvidiaPowerError',
    ],
    kinds: ['Node'],
    causes: [
      'a limit of the node comes near, or one of its services is in trouble; the finding is the word before the colon',
    ],
    diagnose: [describeNode, nodeLogs, kernelLog],
    remedy:
      'Look at what runs on the node; cordon, drain and replace it when the finding repeats. Fatal findings are repaired by EKS when node auto repair is on.',
  },
];
