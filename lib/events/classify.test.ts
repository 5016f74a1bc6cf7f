import { describe, expect, it } from 'vitest';
import { type RecordParts, recordOf } from '../../test/fixtures/events/builders.ts';
import { classify } from './classify.ts';
import type { Severity } from './severity.ts';

const severityTable: [string, RecordParts, Severity][] = [
  // Fixed points of the specification.
  ['a crash loop', { message: 'Back-off restarting failed container app in pod web' }, 'critical'],
  ['a kernel OOM kill', { kind: 'Node', reason: 'OOMKilling', component: 'kernel-monitor' }, 'critical'],
  ['an OOM kill that the relay derived', { reason: 'OOMKilled', component: 'kef-relay' }, 'critical'],
  ['a system OOM', { kind: 'Node', reason: 'SystemOOM' }, 'critical'],
  ['a kernel oops', { kind: 'Node', reason: 'KernelOops', component: 'kernel-monitor' }, 'critical'],
  ['a kernel oops found by abrt', { kind: 'Node', reason: 'KernelOops', component: 'abrt-adaptor' }, 'critical'],
  ['a kernel deadlock', { kind: 'Node', reason: 'KernelDeadlock' }, 'critical'],
  ['a failed backup', { kind: 'Backup', reason: 'BackupFailed', component: 'velero' }, 'critical'],
  ['a failed image pull', { reason: 'Failed', message: 'Failed to pull image "x"' }, 'high'],
  ['an image back-off, although Normal', { type: 'Normal', message: 'Back-off pulling image "x"' }, 'high'],
  ['a pod that cannot be scheduled', { reason: 'FailedScheduling', component: 'default-scheduler' }, 'high'],
  ['the same from another scheduler', { reason: 'FailedScheduling', component: 'my-scheduler' }, 'high'],
  ['a node that is not ready, although Normal', { kind: 'Node', reason: 'NodeNotReady', type: 'Normal' }, 'high'],
  ['an eviction', { reason: 'Evicted', message: 'The node was low on resource: memory.' }, 'high'],
  ['a failed probe', { reason: 'Unhealthy', message: 'Liveness probe failed: timeout' }, 'medium'],
  ['a failed mount', { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "x"' }, 'medium'],
  ['a started container', { reason: 'Started', type: 'Normal', message: 'Container started' }, 'info'],
  ['a stopped container', { reason: 'Killing', type: 'Normal', message: 'Stopping container app' }, 'info'],
  // The same reason with another meaning.
  [
    'a restart after a failed probe',
    { reason: 'Killing', type: 'Normal', message: 'Container app failed liveness probe, will be restarted' },
    'medium',
  ],
  [
    'a drain by Karpenter',
    { reason: 'Evicted', type: 'Normal', component: 'karpenter', message: 'Evicted pod' },
    'low',
  ],
  ['a job past its deadline', { kind: 'Job', reason: 'DeadlineExceeded', component: 'job-controller' }, 'high'],
  ['a pod past its deadline', { reason: 'DeadlineExceeded', type: 'Normal' }, 'medium'],
  [
    'a completed cron job',
    {
      kind: 'CronJob',
      reason: 'SawCompletedJob',
      type: 'Normal',
      message: 'Saw completed job: a-1, condition: Complete',
    },
    'info',
  ],
  [
    'a failed cron job, although Normal',
    {
      kind: 'CronJob',
      reason: 'SawCompletedJob',
      type: 'Normal',
      message: 'Saw completed job: a-1, condition: Failed',
    },
    'medium',
  ],
  [
    'an eviction by taint',
    { reason: 'TaintManagerEviction', type: 'Normal', message: 'Marking for deletion Pod shop/web' },
    'medium',
  ],
  [
    'a cancelled eviction',
    { reason: 'TaintManagerEviction', type: 'Normal', message: 'Cancelling deletion of Pod shop/web' },
    'info',
  ],
  [
    'a claim without volume, Normal',
    { kind: 'PersistentVolumeClaim', reason: 'FailedBinding', type: 'Normal' },
    'medium',
  ],
  ['a GPU that is not there', { reason: 'OutOfnvidia.com/gpu' }, 'high'],
  // Reasons nobody listed.
  ['an unknown Warning', { reason: 'Strange', component: 'x' }, 'low'],
  ['an unknown Normal', { reason: 'Strange', component: 'x', type: 'Normal' }, 'info'],
  ['an unknown Normal that failed', { reason: 'FailedStrange', component: 'x', type: 'Normal' }, 'info'],
  ['an unknown failure', { reason: 'FailedStrange', component: 'x', kind: 'Widget' }, 'medium'],
  ['an unknown error', { reason: 'StrangeError', component: 'x', kind: 'Widget' }, 'medium'],
  ['a type that core/v1 servers let through', { reason: 'Strange', type: 'Error', component: 'x' }, 'low'],
  ['an empty reason', { reason: '', component: 'karpenter' }, 'low'],
  ['a reason named like an object method', { reason: 'constructor', component: 'x' }, 'low'],
];

describe('classify', () => {
  it.each(severityTable)('%s is %3$s', (_, parts, severity) => {
    expect(classify(recordOf(parts)).severity).toBe(severity);
  });

  const recoveries: [string, RecordParts, string[]][] = [
    ['NodeReady', { kind: 'Node', reason: 'NodeReady', type: 'Normal' }, ['NodeNotReady', 'NodeStatusUnknown']],
    [
      'NodeHasNoDiskPressure',
      { kind: 'Node', reason: 'NodeHasNoDiskPressure', type: 'Normal' },
      ['NodeHasDiskPressure'],
    ],
    [
      'NodeHasSufficientMemory',
      { kind: 'Node', reason: 'NodeHasSufficientMemory', type: 'Normal' },
      ['NodeHasInsufficientMemory'],
    ],
    [
      'NodeHasSufficientPID',
      { kind: 'Node', reason: 'NodeHasSufficientPID', type: 'Normal' },
      ['NodeHasInsufficientPID'],
    ],
    [
      'Scheduled',
      { reason: 'Scheduled', type: 'Normal', component: 'default-scheduler' },
      ['FailedScheduling', 'NotTriggerScaleUp'],
    ],
    [
      'Pulled from the registry',
      { reason: 'Pulled', type: 'Normal', message: 'Successfully pulled image "x" in 1s' },
      ['ImagePullBackOff', 'ErrImagePull'],
    ],
    [
      'Pulled, but it was there',
      { reason: 'Pulled', type: 'Normal', message: 'Container image "x" already present on machine' },
      [],
    ],
    ['Started, which a crash loop also does', { reason: 'Started', type: 'Normal' }, []],
    [
      'a success under a quota, which alternates',
      { kind: 'ReplicaSet', reason: 'SuccessfulCreate', type: 'Normal' },
      [],
    ],
  ];
  it.each(recoveries)('%s resolves %j', (_, parts, resolves) => {
    expect(classify(recordOf(parts)).resolves).toEqual(resolves);
  });

  it('names the rule that decided', () => {
    expect(classify(recordOf({ message: 'Back-off restarting failed container' })).rule).toBe(
      'kubelet/BackOff/crash-loop',
    );
    expect(classify(recordOf({ reason: 'Strange', component: 'x' })).rule).toBe('generic/*/warning');
  });

  it('gives unknown reasons the category of their object', () => {
    expect(classify(recordOf({ kind: 'PersistentVolume', reason: 'Strange', component: 'x' })).category).toBe(
      'storage',
    );
    expect(classify(recordOf({ kind: 'Widget', reason: 'Strange', component: 'x' })).category).toBe('other');
  });
});
