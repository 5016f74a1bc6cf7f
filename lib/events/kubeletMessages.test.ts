import { describe, expect, it } from 'vitest';
import { recordOf } from '../../test/fixtures/events/builders.ts';
import { classify } from './classify.ts';

/**
 * Crash loops and image failures as the kubelets of 1.25 to 1.36 write them: the texts were read in `kuberuntime_manager.go`,
 * `kuberuntime_container.go` and `image_manager.go` of the last patch of each version, the runtimes' parts in containerd,
 * CRI-O and cri-dockerd.
 */
const pod = 'web-7d8f9c6b5d-x2x4z_shop(17b55079-da81-4f4c-90fe-2e2331e7d2cd)';
const since126 = `Back-off restarting failed container app in pod ${pod}`;
const [v25, v26to36, all] = [['1.25'], versions(26, 36), versions(25, 36)];

function versions(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `1.${from + index}`);
}

interface Text {
  readonly by: readonly string[];
  readonly reason: string;
  readonly message: string;
  readonly is: string;
  readonly severity: string;
  readonly type?: 'Normal';
}

const crash = { reason: 'BackOff', is: 'CrashLoopBackOff', severity: 'critical' };
const failed = { by: all, reason: 'Failed', severity: 'high' };
const rpc = 'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:nope"';

const texts: readonly Text[] = [
  { ...crash, by: v25, message: 'Back-off restarting failed container' },
  { ...crash, by: v26to36, message: since126 },
  { ...crash, by: v26to36, message: since126.replace(' app ', ' istio-proxy ') },

  {
    by: all,
    reason: 'BackOff',
    type: 'Normal',
    message: 'Back-off pulling image "nginx:nope"',
    is: 'ImagePullBackOff',
    severity: 'high',
  },
  { ...failed, message: 'Error: ImagePullBackOff', is: 'ImagePullBackOff' },
  { ...failed, message: `Failed to pull image "nginx:nope": ${rpc}`, is: 'ErrImagePull' },
  {
    ...failed,
    message: 'Failed to pull image "nginx:nope": reading manifest nope in docker.io/library/nginx: manifest unknown',
    is: 'ErrImagePull',
  },
  {
    ...failed,
    message:
      'Failed to pull image "nginx:nope": Error response from daemon: toomanyrequests: You have reached your pull rate limit.',
    is: 'ErrImagePull',
  },
  { ...failed, message: 'Failed to pull image "nginx:nope": RegistryUnavailable', is: 'ErrImagePull' },
  {
    ...failed,
    message: 'Failed to pull image "nginx:nope": SignatureValidationFailed: image signature validation failed',
    is: 'ErrImagePull',
  },
  { ...failed, message: 'Error: ErrImagePull', is: 'ErrImagePull' },
  {
    by: all,
    reason: 'ErrImageNeverPull',
    message: 'Container image "nginx:1" is not present with pull policy of Never',
    is: 'ErrImageNeverPull',
    severity: 'high',
  },
  { ...failed, message: 'Error: ErrImageNeverPull', is: 'ErrImageNeverPull' },
  {
    by: all,
    reason: 'InspectFailed',
    message: `Failed to apply default image tag "A:::": couldn't parse image name "A:::": invalid reference format`,
    is: 'InvalidImageName',
    severity: 'high',
  },
  { ...failed, message: 'Error: InvalidImageName', is: 'InvalidImageName' },
  {
    by: all,
    reason: 'InspectFailed',
    message: 'Failed to inspect image "nginx:1": rpc error: code = Unavailable desc = connection error',
    is: 'ImageInspectError',
    severity: 'high',
  },
  // 1.33 on asks for the image's id and has none to name.
  {
    by: versions(33, 36),
    reason: 'InspectFailed',
    message: 'Failed to inspect image "": rpc error: code = Unavailable',
    is: 'ImageInspectError',
    severity: 'high',
  },
  { ...failed, message: 'Error: ImageInspectError', is: 'ImageInspectError' },
  { ...failed, message: 'Error: RegistryUnavailable', is: 'RegistryUnavailable' },
  { ...failed, by: versions(28, 36), message: 'Error: SignatureValidationFailed', is: 'SignatureValidationFailed' },
  // A volume whose source is an image (1.31 on): its pull fails with the words of any other.
  {
    by: versions(31, 36),
    reason: 'BackOff',
    type: 'Normal',
    message: 'Back-off pulling image "models/llm:7"',
    is: 'ImagePullBackOff',
    severity: 'high',
  },
  {
    ...failed,
    by: versions(33, 36),
    message: 'Error: ImageVolumeMountFailed: image volume cannot be mounted',
    is: 'CreateContainerError',
  },
  {
    ...failed,
    by: versions(30, 36),
    message: 'Error: RROUnsupported: runtime does not support recursive read-only mounts',
    is: 'CreateContainerError',
  },

  { ...failed, message: 'Error: secret "db" not found', is: 'CreateContainerConfigError' },
  { ...failed, message: 'Error: configmap "app" not found', is: 'CreateContainerConfigError' },
  { ...failed, message: "Error: couldn't find key url in Secret shop/db", is: 'CreateContainerConfigError' },
  {
    ...failed,
    message: 'Error: container has runAsNonRoot and image will run as root (pod: "x", container: app)',
    is: 'CreateContainerConfigError',
  },
  {
    ...failed,
    message: 'Error: failed to create containerd task: failed to create shim task: OCI runtime create failed',
    is: 'RunContainerError',
  },
  {
    ...failed,
    message: 'Error: failed to start container "app": Error response from daemon: OCI runtime create failed',
    is: 'RunContainerError',
  },
  {
    ...failed,
    message: 'Error: container create failed: time="…" level=error msg="runc create failed"',
    is: 'CreateContainerError',
  },

  {
    by: versions(25, 28),
    reason: 'Created',
    type: 'Normal',
    message: 'Created container app',
    is: 'Created',
    severity: 'info',
  },
  {
    by: versions(29, 34),
    reason: 'Created',
    type: 'Normal',
    message: 'Created container: app',
    is: 'Created',
    severity: 'info',
  },
  {
    by: versions(35, 36),
    reason: 'Created',
    type: 'Normal',
    message: 'Container created',
    is: 'Created',
    severity: 'info',
  },
];

const combinedPrefix = '(combined from similar events): ';

describe('a kubelet', () => {
  it.each(texts)('of $by that says "$message" means $is, $severity', ({ by, reason, type, message, is, severity }) => {
    expect(by.length).toBeGreaterThan(0);
    const said = { reason, type: type ?? 'Warning', message };
    expect(classify(recordOf(said))).toMatchObject({ effectiveReason: is, severity });
    expect(classify(recordOf({ ...said, message: `${combinedPrefix}${message}` }))).toMatchObject({
      effectiveReason: is,
    });
  });

  it.each([
    [versions(25, 29), 'Successfully pulled image "nginx:1" in 1.284s (1.284s including waiting)'],
    [
      versions(30, 36),
      'Successfully pulled image "nginx:1" in 1.284s (1.284s including waiting). Image size: 48210944 bytes.',
    ],
  ])('of %j that says %j ends the image failure', (_, message) => {
    const { resolves } = classify(recordOf({ reason: 'Pulled', type: 'Normal', message }));
    expect(resolves).toEqual(expect.arrayContaining(['ImagePullBackOff', 'ErrImagePull']));
  });

  it('has its say in every version from 1.25 to 1.36', () => {
    for (const word of ['CrashLoopBackOff', 'ImagePullBackOff', 'ErrImagePull', 'Created']) {
      const covered = new Set(texts.filter(({ is }) => is === word).flatMap(({ by }) => by));
      expect([...covered].sort(), word).toEqual(all);
    }
  });
});
