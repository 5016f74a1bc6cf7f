import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chartFolder } from '../../lib/manifests/generateChart.ts';
import { manifestsOf } from '../../lib/manifests/manifests.ts';
import { parseValues } from '../../lib/manifests/parseValues.ts';
import { plainManifests } from '../../lib/manifests/plainYaml.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { hasHelm, helmTemplate, kubeVersion, objectsIn, runHelm } from './helm.ts';
import { least, scenarios } from './scenarios.ts';

const byName = (objects: readonly Record<string, unknown>[]) =>
  Object.fromEntries(objects.map((object) => [`${object.kind} ${JSON.stringify(object.metadata)}`, object]));

/** Everything as a manifest says it: numbers and texts stay apart, key order does not matter. */
function expected(values: Record<string, unknown>, name: string, namespace: string) {
  return manifestsOf({
    Values: parseValues(values),
    Release: { Name: name, Namespace: namespace, Service: 'Helm' },
    Chart: { Name: 'kube-event-forwarder', AppVersion: packageJson.version },
  });
}

describe.skipIf(!hasHelm)('the Helm chart', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kef-chart-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries({ 'no values': {}, ...scenarios }))('passes helm lint with %s', (_name, values) => {
    const { status, stdout, stderr } = runHelm(['lint', '--strict', chartFolder, ...kubeVersion], values);
    expect(stdout + stderr).toContain('0 chart(s) failed');
    expect(status).toBe(0);
  });

  it.each(Object.entries(scenarios))('renders the objects of the one source: %s', (_name, values) => {
    const { stdout, stderr } = helmTemplate(values, 'kube-event-forwarder', 'events');
    expect(stderr).toBe('');
    expect(byName(objectsIn(stdout))).toEqual(byName(expected(values, 'kube-event-forwarder', 'events')));
  });

  it.each(['a', 'my-kube-event-forwarder-2', '42', `${'x'.repeat(52)}-`.slice(0, 53)])(
    'names things after release %s as the one source does',
    (release) => {
      const name = release.replace(/-$/, 'x');
      const { stdout, stderr } = helmTemplate(least, name, '42');
      expect(stderr).toBe('');
      expect(byName(objectsIn(stdout))).toEqual(byName(expected(least, name, '42')));
    },
  );

  it('with default values is what kef manifests prints, but for the Namespace and who manages it', () => {
    const { stdout } = helmTemplate(least, 'kube-event-forwarder', 'kube-event-forwarder');
    const plain = plainManifests({ values: least, createNamespace: false }).manifests;
    const asHelm: unknown = JSON.parse(
      JSON.stringify(plain).replaceAll('"app.kubernetes.io/managed-by":"kef"', '"app.kubernetes.io/managed-by":"Helm"'),
    );
    // A list of objects went in.
    expect(byName(objectsIn(stdout))).toEqual(byName(asHelm as Record<string, unknown>[]));
  });

  it('names every mistake that kef manifests names, and none else', () => {
    const values: Record<string, unknown> = {
      apiUrl: 'https://events.example.com',
      replicaCount: 2,
      spool: { existingClaim: 'x' },
      serviceAccount: { create: false, roleArn: 'arn:aws:iam::123456789012:role/x' },
      metrics: { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } },
      podLabels: { 'app.kubernetes.io/name': 'x' },
      podAnnotations: { 'checksum/config': 'x' },
    };
    const { status, stderr } = helmTemplate(values, 'r', 'n');
    expect(status).not.toBe(0);
    const said = stderr
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim());
    expect(() => plainManifests({ values })).toThrow(said.map((line) => `  ${line}`).join('\n'));
    expect(said).toHaveLength(8);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown value', { replicas: 2 }, 'replicas'],
    ['an unknown value further in', { image: { name: 'x' } }, 'name'],
    ['an unknown setting of the relay', { config: { evnt_types: [] } }, 'evnt_types'],
    ['a setting that follows from values', { config: { cluster_id: 'other' } }, 'cluster_id'],
    ['a cluster id that is none', { clusterId: 'a b' }, 'clusterId'],
    ['a wrong type', { replicaCount: 'two' }, 'replicaCount'],
  ])('refuses %s by its schema', (_name, values, named) => {
    const { status, stderr } = helmTemplate({ ...least, ...values }, 'r', 'n');
    expect(status).not.toBe(0);
    expect(stderr).toContain(named);
    expect(() => parseValues({ ...least, ...values })).toThrow(named);
  });

  it('can be a dependency of another chart', () => {
    const parent = path.join(folder, 'parent');
    mkdirSync(path.join(parent, 'charts'), { recursive: true });
    writeFileSync(path.join(parent, 'Chart.yaml'), 'apiVersion: v2\nname: parent\nversion: 1.0.0\n');
    symlinkSync(chartFolder, path.join(parent, 'charts/kube-event-forwarder'));
    const values = { global: { region: 'x' }, 'kube-event-forwarder': least };
    const { stdout, stderr, status } = helmTemplate(values, 'kube-event-forwarder', 'events', parent);
    expect([status, stderr.replace(/.*found symbolic link.*\n/g, '')]).toEqual([0, '']);
    expect(objectsIn(stdout)).toHaveLength(expected(least, 'kube-event-forwarder', 'events').length);
  });

  it('says after an installation what has to be there in AWS', () => {
    // helm prints notes only when it installs, so a copy of the chart renders them as an object.
    const copy = path.join(folder, 'notes');
    cpSync(chartFolder, copy, { recursive: true });
    cpSync(path.join(copy, 'templates/NOTES.txt'), path.join(copy, 'NOTES'));
    writeFileSync(path.join(copy, 'templates/notes.yaml'), 'notes: {{ tpl (.Files.Get "NOTES") . | toJson }}\n');
    const notes = (values: Record<string, unknown>): unknown =>
      objectsIn(helmTemplate(values, 'r', 'events', copy).stdout).find((object) => 'notes' in object)?.notes;
    expect(notes(least)).toContain('events/r-kube-event-forwarder');
    expect(notes(least)).toContain('names no registry');
    expect(notes(scenarios.IRSA ?? {})).toContain('kef-relay.eu-west-1.prod-eu by IRSA');
    expect(notes({ ...least, image: { repository: 'example.com/kef' } })).not.toContain('WARNING');
    expect(notes(scenarios['some namespaces'] ?? {})).toContain('It watches only: shop, on, 123.');
  });
});
