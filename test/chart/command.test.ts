import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { manifestsCommand } from '../../bin/commands/manifests.ts';
import { relayHas } from '../../lib/manifests/settings.ts';
import { objectsIn } from './helm.ts';
import { containerOf, type Manifest, only, podOf } from './manifest.ts';
import { least } from './scenarios.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'kef-manifests-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const required = ['--cluster-id', least.clusterId, '--api-url', least.apiUrl];

/** Runs `kef manifests` and returns what it printed. */
async function run(...args: string[]): Promise<{ objects: Manifest[]; warnings: string }> {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  const warn = vi.spyOn(console, 'error').mockImplementation(() => {});
  await manifestsCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(args, { from: 'user' });
  // What a manifest looks like is the other tests' matter.
  return { objects: objectsIn(output) as unknown as Manifest[], warnings: warn.mock.calls.flat().join('\n') };
}

function valuesFile(text: string): string {
  const file = path.join(folder, 'values.yaml');
  writeFileSync(file, text);
  return file;
}

describe('kef manifests', () => {
  it('prints everything that an installation needs, the restricted Namespace first', async () => {
    const { objects } = await run(...required);
    expect(objects.map(({ kind }) => kind)).toEqual([
      'Namespace',
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'ConfigMap',
      'Deployment',
    ]);
    expect(objects[0]?.metadata).toMatchObject({
      name: 'kube-event-forwarder',
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    });
    for (const { kind, metadata } of objects.slice(1)) {
      if (!kind.startsWith('Cluster')) expect(metadata.namespace, kind).toBe('kube-event-forwarder');
    }
  });

  it('installs into another namespace, that may exist', async () => {
    const { objects } = await run(...required, '--namespace', 'ops', '--no-create-namespace');
    expect(objects.some(({ kind }) => kind === 'Namespace')).toBe(false);
    expect(only(objects, 'Deployment').metadata.namespace).toBe('ops');
  });

  it.each([
    ['registry.example.com:5000/kef', 'registry.example.com:5000/kef:0.1.0'],
    ['registry.example.com:5000/kef:1.2', 'registry.example.com:5000/kef:1.2'],
    [`kef/relay@sha256:${'1'.repeat(64)}`, `kef/relay:0.1.0@sha256:${'1'.repeat(64)}`],
    [`kef/relay:1.2@sha256:${'1'.repeat(64)}`, `kef/relay:1.2@sha256:${'1'.repeat(64)}`],
  ])('runs image %s', async (given, used) => {
    const { objects, warnings } = await run(...required, '--image', given);
    expect(containerOf(objects).image).toBe(used);
    expect(warnings).toBe('');
  });

  it('annotates the account for IRSA, and for Pod Identity not at all', async () => {
    const arn = 'arn:aws:iam::123456789012:role/kef-relay.eu-west-1.prod-eu';
    const irsa = await run(...required, '--role-arn', arn);
    expect(only(irsa.objects, 'ServiceAccount').metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': arn });
    const identity = await run(...required, '--pod-identity');
    expect(only(identity.objects, 'ServiceAccount').metadata).not.toHaveProperty('annotations');
    await expect(run(...required, '--role-arn', arn, '--pod-identity')).rejects.toThrow('cannot be used with');
  });

  it('takes the severity rules of the backend along', async () => {
    const file = path.join(folder, 'kef.config.yaml');
    const rules = [{ id: 'later', match: { namespace: 'batch-*', reason: 'BackoffLimitExceeded' }, severity: 'low' }];
    writeFileSync(file, JSON.stringify({ clusters: [{ id: 'prod' }], rules }));
    const settings = async (...args: string[]) => {
      const { objects } = await run(...required, ...args);
      const { data } = only(objects, 'ConfigMap') as Manifest & { data: Record<string, string> };
      return parse(data['relay.yaml'] ?? '');
    };
    expect(await settings('--rules', file)).toMatchObject({ rules });
    expect(await settings()).not.toHaveProperty('rules');
    writeFileSync(file, 'clusters: [{ id: prod }]');
    expect(await settings('--rules', file)).not.toHaveProperty('rules');
  });

  it('watches only the namespaces it is told', async () => {
    const { objects } = await run(...required, '--watch-namespace', 'shop', 'bank');
    expect(objects.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.namespace)).toEqual([
      'shop',
      'bank',
    ]);
    expect(objects.some(({ kind }) => kind.startsWith('ClusterRole'))).toBe(false);
  });

  it('sizes the volume of the spool, or takes a claim', async () => {
    const volume = async (...args: string[]) =>
      podOf((await run(...required, ...args)).objects).spec.volumes.find(({ name }) => name === 'data');
    expect(await volume('--spool', '1024')).toMatchObject({ emptyDir: { sizeLimit: '1088Mi' } });
    expect(await volume('--spool-claim', 'disk')).toMatchObject({ persistentVolumeClaim: { claimName: 'disk' } });
  });

  it('takes everything else from a values file, and flags before it', async () => {
    const file = valuesFile(
      'clusterId: other\nnetworkPolicy: { enabled: true }\nimage: { repository: a/b, tag: old }\n',
    );
    const { objects } = await run(...required, '--values', file, '--image', 'c/d');
    expect(only(objects, 'NetworkPolicy').metadata.name).toBe('kube-event-forwarder');
    expect(containerOf(objects).env[0]?.value).toBe(least.clusterId);
    expect(containerOf(objects).image).toBe('c/d:0.1.0');
  });

  it('says when the image can come from nowhere', async () => {
    expect((await run(...required)).warnings).toContain('names no registry');
  });

  it('says what the relay of this version does nothing with', async () => {
    const values = valuesFile('leaderElection: { enabled: true }\n');
    const { warnings } = await run(...required, '--image', 'a/b', '-f', values);
    expect(warnings.includes('leaderElection.enabled has no effect yet')).toBe(!relayHas('leader_election'));
  });

  it('turns on the signals that are named, and the rights for them', async () => {
    const { objects } = await run(...required, '--image', 'a/b', '--signals', 'nodes');
    expect(JSON.stringify(only(objects, 'ConfigMap'))).toContain(
      JSON.stringify('signals: {"nodes":true,"pods":false}').slice(1, -1),
    );
    expect(JSON.stringify(only(objects, 'ClusterRole'))).toContain('"nodes"');
    expect(JSON.stringify(only(objects, 'ClusterRole'))).not.toContain('"pods"');
  });

  it.each<[string, string[], RegExp]>([
    ['nothing at all', [], /clusterId is required[\s\S]*apiUrl is required/],
    [
      'a cluster id that is none',
      ['--cluster-id', 'a/b', '--api-url', least.apiUrl],
      /clusterId: must be 1 to 63.*"a\/b"/,
    ],
    [
      'an address that is none',
      ['--cluster-id', 'a', '--api-url', 'events'],
      /apiUrl: must be an http or https URL.*"events"/,
    ],
    [
      'an address without a region',
      ['--cluster-id', 'a', '--api-url', 'https://events.example.com'],
      /region is required/,
    ],
    ['a role that is none', [...required, '--role-arn', 'kef-relay'], /serviceAccount\.roleArn: must be the ARN/],
    [
      'a namespace that is none',
      [...required, '--namespace', 'My_NS'],
      /namespace: must be a Kubernetes name.*"My_NS"/,
    ],
    ['a size that is none', [...required, '--spool', '1Gi'], /whole number of MiB/],
    ['a size that is too small', [...required, '--spool', '1'], /spool\.maxMegabytes.*>=16/],
    ['a file that is not there', [...required, '-f', '/nowhere.yaml'], /\/nowhere\.yaml cannot be read/],
  ])('refuses %s', async (_name, args, complaint) => {
    await expect(run(...args)).rejects.toThrow(complaint);
  });

  it('refuses in a values file what is unknown, with the nearest name, and what the relay would refuse', async () => {
    const refusal = (text: string) => expect(run(...required, '-f', valuesFile(text))).rejects;
    await refusal('clusterID: x\nconfig: { reason_filter: [x] }\n').toThrow(
      /config\.reason_filter: there is no such value; did you mean reason_filters\?[\s\S]*clusterID: there is no such value; did you mean clusterId\?/,
    );
    await refusal('config: { linger: 90 minutes }\n').toThrow(/linger/);
    await refusal('- a list\n').toThrow('must be a mapping');
    await refusal('a: [\n').toThrow('cannot be read');
  });
});
