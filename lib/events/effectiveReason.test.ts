import { describe, expect, it } from 'vitest';
import { type RecordParts, recordOf } from '../../test/fixtures/events/builders.ts';
import { classify } from './classify.ts';
import { effectiveReasonOf } from './effectiveReason.ts';

/** Texts as kubelets of the named versions write them. */
const kubeletTexts: [string, RecordParts, string][] = [
  ['crash loop, 1.25', { message: 'Back-off restarting failed container' }, 'CrashLoopBackOff'],
  [
    'crash loop, 1.27 on',
    { message: 'Back-off restarting failed container app in pod web_shop(17b55079-da81-4f4c-90fe-2e2331e7d2cd)' },
    'CrashLoopBackOff',
  ],
  ['crash loop, very old', { message: 'Back-off 5m0s restarting failed container=app pod=web' }, 'CrashLoopBackOff'],
  ['image back-off', { type: 'Normal', message: 'Back-off pulling image "nginx:nope"' }, 'ImagePullBackOff'],
  [
    'image back-off, 1.32 on',
    { type: 'Normal', message: 'Back-off pulling image "nginx:nope": ErrImagePull: rpc error: code = NotFound' },
    'ImagePullBackOff',
  ],
  ['image back-off of the container', { reason: 'Failed', message: 'Error: ImagePullBackOff' }, 'ImagePullBackOff'],
  [
    'failed pull',
    { reason: 'Failed', message: 'Failed to pull image "nginx:nope": rpc error: code = NotFound desc = not found' },
    'ErrImagePull',
  ],
  ['failed pull of the container', { reason: 'Failed', message: 'Error: ErrImagePull' }, 'ErrImagePull'],
  [
    'pull policy Never',
    {
      reason: 'ErrImageNeverPull',
      message: 'Container image "nginx:1" is not present with pull policy of Never',
    },
    'ErrImageNeverPull',
  ],
  [
    'pull policy Never of the container',
    { reason: 'Failed', message: 'Error: ErrImageNeverPull' },
    'ErrImageNeverPull',
  ],
  [
    'bad image name',
    { reason: 'InspectFailed', message: 'Failed to apply default image tag "A:::": couldn\'t parse image name "A:::"' },
    'InvalidImageName',
  ],
  ['bad image name of the container', { reason: 'Failed', message: 'Error: InvalidImageName' }, 'InvalidImageName'],
  [
    'image inspection',
    { reason: 'InspectFailed', message: 'Failed to inspect image "nginx:1": rpc error: code = Unknown' },
    'ImageInspectError',
  ],
  ['missing Secret', { reason: 'Failed', message: 'Error: secret "db" not found' }, 'CreateContainerConfigError'],
  [
    'missing ConfigMap',
    { reason: 'Failed', message: 'Error: configmap "app" not found' },
    'CreateContainerConfigError',
  ],
  [
    'missing key',
    { reason: 'Failed', message: "Error: couldn't find key url in Secret shop/db" },
    'CreateContainerConfigError',
  ],
  [
    'root image under runAsNonRoot',
    { reason: 'Failed', message: 'Error: container has runAsNonRoot and image will run as root (pod: "web")' },
    'CreateContainerConfigError',
  ],
  [
    'command not found, containerd',
    {
      reason: 'Failed',
      message:
        'Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app": stat /app: no such file or directory: unknown',
    },
    'RunContainerError',
  ],
  [
    'name still reserved, containerd',
    { reason: 'Failed', message: 'Error: failed to reserve container name "app_web_shop_0": name is reserved' },
    'CreateContainerError',
  ],
  [
    'creation, CRI-O',
    { reason: 'Failed', message: 'Error: container create failed: runc failed' },
    'CreateContainerError',
  ],
  ['anything else the runtime says', { reason: 'Failed', message: 'Error: context deadline exceeded' }, 'Failed'],
  [
    'probe',
    { reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 404' },
    'Unhealthy',
  ],
  [
    'node',
    { kind: 'Node', reason: 'NodeNotReady', type: 'Normal', message: 'Node a status is now: NodeNotReady' },
    'NodeNotReady',
  ],
  [
    'node, on its pods',
    { reason: 'NodeNotReady', component: 'node-controller', message: 'Node is not ready' },
    'NodeNotReady',
  ],
  [
    'kernel OOM',
    {
      kind: 'Node',
      reason: 'OOMKilling',
      component: 'kernel-monitor',
      message: 'Memory cgroup out of memory: Killed process 1',
    },
    'OOMKilling',
  ],
  [
    'the sentence that 1.29 to 1.34 write as a reason',
    { kind: 'Node', reason: 'ImageID is not valid, skipping, ImageID: %v' },
    'InvalidImageID',
  ],
  [
    'a reason nobody knows',
    { reason: 'Updated VirtualService', component: 'rollouts-controller' },
    'Updated VirtualService',
  ],
  ['no reason at all', { reason: '', component: 'karpenter' }, 'Unspecified'],
];

describe('effectiveReasonOf', () => {
  it.each(kubeletTexts)('%s', (_, parts, expected) => {
    expect(effectiveReasonOf(recordOf(parts))).toBe(expected);
    expect(classify(recordOf(parts)).effectiveReason).toBe(expected);
  });

  it('does not take a crash loop from a message that only quotes one', () => {
    const quoting = recordOf({ reason: 'Alert', message: 'saw: Back-off restarting failed container' });
    expect(effectiveReasonOf(quoting)).toBe('Alert');
  });

  it.each([
    ['cert-manager', 'Certificate', 'CertificateNotReady'],
    ['helm-controller', 'HelmRelease', 'Failed'],
  ])('does not take Failed of %s for one of the kubelet', (component, kind, expected) => {
    expect(
      effectiveReasonOf(recordOf({ reason: 'Failed', component, kind, message: 'Error: secret "x" not found' })),
    ).toBe(expected);
  });

  it.each(['', ' ', '\t\n '])('calls a reason that is not there Unspecified: %j', (reason) => {
    expect(effectiveReasonOf(recordOf({ reason, component: 'x', kind: 'Widget' }))).toBe('Unspecified');
  });

  it('takes the finding of the EKS node monitoring agent from its message', () => {
    const agent = { kind: 'Node', component: 'eks-node-monitoring-agent' };
    const finding = (reason: string, message: string) => effectiveReasonOf(recordOf({ ...agent, reason, message }));
    expect(finding('NetworkingReady', 'IPAMDNoIPs: no addresses left')).toBe('IPAMDNoIPs');
    expect(finding('AcceleratedHardwareReady', 'NvidiaXID31Warning: page fault')).toBe('NvidiaXID31Warning');
    expect(finding('KernelReady', 'nothing that looks like a name')).toBe('KernelReady');
  });
});
