import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workloadOf } from './workload.ts';

/** Names as an API server and its controllers gave them, with the owner they really had. */
const real: readonly (readonly [kind: string, name: string, owner: string])[] = [
  ['Pod', 'web-6bbc6fdf-2clsh', 'Deployment web'],
  ['Pod', 'hooked-944cf5c79-7q6zb', 'Deployment hooked'],
  ['Pod', 'no-configmap-8459d89c85-s57jd', 'Deployment no-configmap'],
  ['Pod', 'coredns-5d78c9869d-vk6rr', 'Deployment coredns'],
  ['Pod', 'ebs-csi-controller-65968876bc-fsqtw', 'Deployment ebs-csi-controller'],
  ['Pod', 'agent-d7kxq', 'DaemonSet agent'],
  ['Pod', 'aws-node-zzhxx', 'DaemonSet aws-node'],
  ['Pod', 'sts-failing-0', 'StatefulSet sts-failing'],
  ['Pod', 'db-12', 'StatefulSet db'],
  ['Pod', 'every-minute-29919724-spzrb', 'CronJob every-minute'],
  ['Pod', 'nightly-29919724-3-spzrb', 'CronJob nightly'],
  ['Pod', 'old-cron-1599264000-spzrb', 'CronJob old-cron'],
  ['Job', 'failing-cron-29919724', 'CronJob failing-cron'],
  ['ReplicaSet', 'payments-6bcfbfb67f', 'Deployment payments'],
  // kube-controller-manager cuts the base at 58 characters; the dash before the suffix is among what goes.
  [
    'Pod',
    `${'release-of-the-very-long-named-checkout-service-api'.slice(0, 47)}-6bbc6fdf9bx2clsh`.slice(0, 63),
    'Deployment release-of-the-very-long-named-checkout-service',
  ],
];

describe('the workload behind a name', () => {
  it.each(real)('of %s %s is %s', (kind, name, owner) => {
    const workload = workloadOf(kind, name);
    expect(`${workload?.kind} ${workload?.name}`).toBe(owner);
  });

  it.each([
    ['Pod', 'uses-missing-pvc'],
    ['Pod', 'nginx-proxy'], // five letters, but a word has vowels
    ['Pod', 'web'],
    ['Pod', ''],
    ['Pod', '-0'],
    ['Job', 'migrate-v2'],
    ['Job', 'backup-20261120'.slice(0, -1)],
    ['ReplicaSet', 'greedy'],
    ['ReplicaSet', 'web-frontend'],
    ['Node', 'ip-10-0-3-201.ec2.internal'],
    ['Deployment', 'web-6bbc6fdf'],
  ])('is unknown for %s %j', (kind, name) => {
    expect(workloadOf(kind, name)).toBeUndefined();
  });

  it('takes a hexadecimal hash for one, and a word for none', () => {
    expect(workloadOf('Pod', 'app-1a2b3c4d5e-x1y2z')).toEqual({ kind: 'Deployment', name: 'app' });
    expect(workloadOf('Pod', 'app-defaced-bcdfg')).toEqual({ kind: 'DaemonSet', name: 'app-defaced' });
  });

  it('does not fold look-alikes into each other', () => {
    const names = ['web-6bbc6fdf-2clsh', 'web-admin-6bbc6fdf-2clsh', 'web-0', 'web-cache-0', 'web-2clsh'];
    const workloads = names.map((name) => JSON.stringify(workloadOf('Pod', name)));
    expect(new Set(workloads).size).toBe(names.length);
  });

  const base = fc.stringMatching(/^[a-z]([a-z0-9-]{0,30}[a-z])?$/);
  /** As kube-controller-manager makes it: FNV in decimal, then SafeEncodeString. */
  const hash = fc.integer({ min: 10_000_000, max: 0xffffffff }).map((sum) => {
    const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
    return [...String(sum)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
  });
  const suffix = fc.stringMatching(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);

  it('is the same for every pod of a Deployment, through every rollout', () => {
    fc.assert(
      fc.property(base, hash, suffix, (name, rollout, pod) => {
        fc.pre(`${name}-${rollout}-${pod}`.length < 63);
        expect(workloadOf('Pod', `${name}-${rollout}-${pod}`)).toEqual({ kind: 'Deployment', name });
        expect(workloadOf('ReplicaSet', `${name}-${rollout}`)).toEqual({ kind: 'Deployment', name });
      }),
    );
  });

  it('takes time linear in the name', () => {
    const long = `${'a-'.repeat(5_000)}!`;
    const began = performance.now();
    for (let index = 0; index < 20; index += 1) workloadOf('Pod', long);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
