import { ruleTable } from './ruleTable.ts';

/**
 * Containers and their probes, as the kubelet reports them on Pods (kuberuntime_container.go, kuberuntime_manager.go,
 * kubelet.go, prober.go). `BackOff` and `Failed` say nothing without their message; which `Error: …` text belongs to
 * which container state was read in `startContainer`. What cannot be told for certain stays `Failed`.
 */
export const kubeletContainerRules = ruleTable('kubelet', { kind: 'Pod' }, [
  // Started does not resolve it: a container in a crash loop is started again and again.
  [
    'BackOff',
    'critical',
    'container',
    { id: 'crash-loop', message: '^Back-off (?:[^ ]+ )?restarting failed ', as: 'CrashLoopBackOff' },
  ],
  ['BackOff', 'medium', 'container'],
  [
    'Failed',
    'high',
    'container',
    {
      id: 'config',
      // Missing objects and keys, and security settings that the image contradicts.
      message:
        "^Error: (?:secret |configmap |couldn't find key |failed to sync (?:secret|configmap) cache|failed to prepare subPath|" +
        "container has runAsNonRoot|container's runAsUser breaks non-root|services have not yet been read)",
      as: 'CreateContainerConfigError',
    },
  ],
  [
    'Failed',
    'high',
    'container',
    {
      id: 'run',
      message:
        '^Error: (?:failed to (?:create containerd task|start container|create shim task)|container start failed|' +
        'failed to start container)',
      as: 'RunContainerError',
    },
  ],
  [
    'Failed',
    'high',
    'container',
    {
      id: 'create',
      message:
        '^Error: (?:failed to (?:reserve container name|generate (?:container|spec)|create containerd container|' +
        'create container)|container create failed|ImageVolumeMountFailed|RROUnsupported)',
      as: 'CreateContainerError',
    },
  ],
  [
    'Failed',
    'high',
    'container',
    { id: 'pre-create-hook', message: '^Internal PreCreateContainer hook failed', as: 'PreCreateHookError' },
  ],
  [
    'Failed',
    'high',
    'container',
    { id: 'pre-start-hook', message: '^Internal PreStartContainer hook failed', as: 'PreStartHookError' },
  ],
  ['Failed', 'high', 'storage', { id: 'directories', message: '^error making pod data directories' }],
  ['Failed', 'high', 'container', { component: 'kubelet', type: 'Warning' }],
  ['Killing', 'medium', 'probe', { id: 'probe', message: 'failed (?:liveness|startup) probe' }],
  ['Killing', 'medium', 'container', { id: 'hook', message: 'FailedPostStartHook' }],
  ['Killing', 'low', 'container', { id: 'changed', message: 'definition changed' }],
  ['Killing', 'info', 'container'],
  // A container is created after the volumes are mounted and the network is there.
  [
    'Created',
    'info',
    'container',
    { component: 'kubelet', resolves: ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'] },
  ],
  ['Started', 'info', 'container', { component: 'kubelet' }],
  ['Unhealthy', 'medium', 'probe', { id: 'startup', message: '^Startup probe ', as: 'StartupProbeFailed' }],
  ['Unhealthy', 'medium', 'probe'],
  ['ProbeWarning', 'low', 'probe'],
  ['FailedPostStartHook', 'high', 'container'],
  ['FailedPreStopHook', 'low', 'container'],
  ['LifecycleHTTPFallback', 'low', 'container'],
  ['FailedCreatePodContainer', 'high', 'container'],
  [
    'FailedCreatePodSandBox',
    'high',
    'network',
    { id: 'no-address', message: 'failed to assign an IP address to container' },
  ],
  ['FailedCreatePodSandBox', 'high', 'network'],
  ['FailedPodSandBoxStatus', 'medium', 'container'],
  ['SandboxChanged', 'low', 'container'],
  ['FailedKillPod', 'medium', 'container'],
  ['ExceededGracePeriod', 'medium', 'container'],
  ['FailedSync', 'medium', 'container'],
  ['FailedValidation', 'medium', 'workload'],
  ['InvalidEnvironmentVariableNames', 'low', 'container'],
  ['DeadlineExceeded', 'medium', 'batch'],
  ['CertificateExpired', 'high', 'certificate'],
  ['CertificateOverdueForRefresh', 'medium', 'certificate'],
  ['Denied', 'medium', 'certificate', { component: 'kubelet' }],
  // The kubelet's eviction protects the node; Karpenter uses the same word for a drain, as a Normal event.
  ['Evicted', 'high', 'node', { type: 'Warning' }],
  ['Evicted', 'low', 'node', { id: 'drain' }],
  ['Preempting', 'high', 'scheduling'],
  ['NetworkNotReady', 'high', 'network'],
  ['HostIPsIPFamilyMismatch', 'medium', 'network'],
  // Search domains or name servers past the limit are left out. Names resolve; the kubelet repeats it for ever.
  ['DNSConfigForming', 'info', 'dns'],
  ['MissingClusterDNS', 'medium', 'dns'],
  ['ResizeDeferred', 'low', 'autoscaling'],
  ['ResizeInfeasible', 'medium', 'autoscaling'],
  ['ResizeError', 'medium', 'autoscaling'],
  ['ResizeStarted', 'info', 'autoscaling'],
  ['ResizeCompleted', 'info', 'autoscaling', { resolves: ['ResizeDeferred', 'ResizeInfeasible', 'ResizeError'] }],
]);
