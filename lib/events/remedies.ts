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

/** What to do about an effective reason, as one sentence, when this product knows. */
export function remedyFor(effectiveReason: string, message: string): string | undefined {
  return remedies.get(effectiveReason)?.find(({ when }) => when === undefined || message.includes(when))?.text;
}
