import type { Occurrence } from './occurrence.ts';

const minuteMs = 60_000;

/** How a kind of trouble goes, as far as it matters to who is told of it. */
export interface Trouble {
  /** Troubles of one object that are one to whoever has to act: they are told of it once. */
  readonly family: string;
  /** What counts as the same when it befalls many objects. @default the family */
  readonly topic?: string;
  /** True when it commonly heals by itself: people hear of it once it has lasted. */
  readonly isPatient?: true;
  /** True when it lasts without anything saying so; only a recovery tells that it is over. */
  readonly isSilent?: true;
  /** How long it has to last before it counts as lasting, in `patienceMs`. @default 1 */
  readonly patience?: number;
  /** Longest silence within one episode, where that is longer than what is usual. */
  readonly reopenAfterMs?: number;
}

const scheduling: Trouble = {
  family: 'scheduling',
  isPatient: true,
  isSilent: true,
  // The scheduler writes a series at its second occurrence and then every half hour (tools/events, refreshTime).
  reopenAfterMs: 45 * minuteMs,
};
// A new node's network needs a moment; the kubelet tries again every few seconds for as long as it does not come up.
const sandbox: Trouble = { family: 'sandbox', isPatient: true };

// Registries hiccup and kubelets brake themselves. Two retries later it is no hiccup; between retries the kubelet is silent.
const image: Trouble = { family: 'image', isPatient: true, isSilent: true, patience: 0.5 };

const troubles = new Map<string, Trouble>([
  ['FailedScheduling', scheduling],
  ['FailedCreatePodSandBox', sandbox],
  ['NetworkNotReady', sandbox],
  ...['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable'].map((reason): [string, Trouble] => [reason, image]),
  // No retry changes these.
  ...family('image', [
    'ErrImageNeverPull',
    'InvalidImageName',
    'ImageInspectError',
    'SignatureValidationFailed',
    'FailedToRetrieveImagePullSecret',
  ]),
  // One container's misery has many names. Across workloads each name stands for another cause.
  ...[
    'CrashLoopBackOff',
    'OOMKilled',
    'Unhealthy',
    'BackOff',
    'Failed',
    'Killing',
    'CreateContainerConfigError',
    'CreateContainerError',
    'RunContainerError',
    'PreCreateHookError',
    'PreStartHookError',
    'PostStartHookError',
    'FailedPostStartHook',
  ].map((reason): [string, Trouble] => [reason, { family: 'container', topic: reason }]),
  // It may fail while a process starts, that is what it is for; a start that fails for good ends in a restart, which tells.
  ['StartupProbeFailed', { family: 'container', topic: 'StartupProbeFailed', patience: 5 }],
  // A volume moves within a minute or so of its pod; the controller then waits for up to two before it tries again.
  ['FailedAttachVolume', { family: 'volume', isPatient: true, isSilent: true, patience: 0.5 }],
  // Said once, when it begins; applications pass through it while their pods are replaced.
  ['Degraded', { family: 'Degraded', isPatient: true, isSilent: true }],
  ...family('volume', ['FailedMount', 'FailedMapVolume', 'ProvisioningFailed', 'FailedBinding', 'VolumeResizeFailed']),
  ...family('job', [
    'BackoffLimitExceeded',
    'DeadlineExceeded',
    'PodFailurePolicy',
    'FailedIndexes',
    'CronJobRunFailed',
  ]),
  // Where it is patient at all: its rule knows whether the next attempt may succeed.
  ['FailedCreate', { family: 'creation', patience: 0.5 }],
  ['ReplicaSetCreateError', { family: 'creation' }],
  ...family('autoscaling metrics', [
    'FailedGetResourceMetric',
    'FailedGetContainerResourceMetric',
    'FailedGetPodsMetric',
    'FailedGetObjectMetric',
    'FailedGetExternalMetric',
    'FailedComputeMetricsReplicas',
    'KEDAScalerFailed',
    'KEDAMetricSourceFailed',
  ]),
  ...family('node down', ['NodeNotReady', 'NodeStatusUnknown', 'Rebooted', 'DeletingNode', 'RemovingNode', 'Shutdown']),
  ...family('node pressure', [
    'NodeHasDiskPressure',
    'NodeHasInsufficientMemory',
    'NodeHasInsufficientPID',
    'EvictionThresholdMet',
    'FreeDiskSpaceFailed',
    'ImageGCFailed',
    'ContainerGCFailed',
    'Evicted',
  ]),
  ...family('node leaving', [
    'NodeNotSchedulable',
    'SpotInterrupted',
    'SpotInterruption',
    'TerminatingOnInterruption',
    'RebalanceRecommendation',
    'ScheduledEvent',
    'CordonAndDrain',
    'DisruptionTerminating',
    'DeprovisioningTerminating',
    'FailedDraining',
    'ScaleDown',
  ]),
]);

/** The same for an occurrence, whose rule may know better whether it heals by itself. */
export function troubleBehind({
  effectiveReason,
  settings,
}: Pick<Occurrence, 'effectiveReason' | 'settings'>): Trouble {
  const trouble = troubleOf(effectiveReason);
  if (settings?.isPatient === undefined) return trouble;
  const { isPatient: _, ...rest } = trouble;
  return settings.isPatient ? { ...rest, isPatient: true } : rest;
}

/** How trouble under this effective reason goes; what is not known in particular is a family of its own. */
export function troubleOf(effectiveReason: string): Trouble {
  return troubles.get(effectiveReason) ?? { family: effectiveReason };
}

/** What the many have in common when trouble under this effective reason befalls many objects. */
export function topicOf(effectiveReason: string): string {
  const { family: own, topic } = troubleOf(effectiveReason);
  return topic ?? own;
}

function family(name: string, reasons: readonly string[]): [string, Trouble][] {
  const trouble: Trouble = { family: name };
  return reasons.map((reason) => [reason, trouble]);
}
