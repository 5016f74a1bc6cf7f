import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { selfSignedCertificate } from '../../lib/local/cluster/selfSignedCertificate.ts';
import { parseRelayConfig } from '../../lib/relay/config.ts';
import { examine } from '../../lib/relay/doctor/doctor.ts';
import type { Finding } from '../../lib/relay/doctor/finding.ts';
import { relayBundle, startRelay } from '../relay/relayProcess.ts';
import { type Fault, type Sink, startSink } from '../relay/sink.ts';
import { answering, hanging } from './apiFaults.ts';

const kef = fileURLToPath(new URL('../../bin/kef.ts', import.meta.url));
const dayMs = 24 * 3_600_000;
let cluster: Cluster;
let sink: Sink;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', '');
  cluster = await startCluster();
  sink = await startSink();
  sink.fault = asApi;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await sink.close();
  await cluster.close();
});

/** What the real API does and the sink does not: refuse a batch that is none, and the registry to a relay. */
const asApi: Fault = (request, response, body) => {
  if (request.url === '/v1/clusters') return answering(403, {}, '{"message":"Forbidden"}')(request, response, body);
  if (request.method !== 'POST' || body[0] === 0x1f) return false;
  const error = { code: 'BodyInvalid', message: 'kefDoctor: unknown field' };
  return answering(422, {}, JSON.stringify({ error }))(request, response, body);
};

function refusing(status: number, body: string, headers: Record<string, string> = {}): Fault {
  return answering(status, headers, body);
}

async function configure(settings: Record<string, unknown>, kubeconfig: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'kef-doctor-'));
  const kubeconfigFile = path.join(directory, 'kubeconfig');
  await writeFile(kubeconfigFile, kubeconfig);
  return stringify({
    cluster_id: 'test',
    api_url: sink.url,
    aws_region: 'us-east-1',
    kubeconfig: kubeconfigFile,
    listen: '127.0.0.1:9',
    dead_letter_file: path.join(directory, 'dead.ndjson'),
    ...settings,
  });
}

/** The examination, in this process. Something happens in the cluster meanwhile, so that trial watches are short. */
async function doctor(settings: Record<string, unknown> = {}, kubeconfig = cluster.kubeconfig(), statusUrl?: string) {
  const config = parseRelayConfig(await configure(settings, kubeconfig));
  const churn = setInterval(() => event(), 50);
  const findings = await examine(config, { statusUrl }).finally(() => clearInterval(churn));
  return { findings, of: (check: string) => findings.filter((one) => one.check === check) };
}

/** The command, as a process of its own. */
async function command(settings: Record<string, unknown>, args: string[]) {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'kef-doctor-')), 'relay.yaml');
  await writeFile(file, await configure(settings, cluster.kubeconfig()));
  const child = spawn(process.execPath, [kef, 'doctor', '--config', file, ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

let made = 0;

function event(): void {
  made += 1;
  const metadata = { name: `event-${made}`, namespace: 'shop' };
  cluster.create({ metadata, regarding: { kind: 'Pod', name: 'pod' }, reason: 'Killing' });
}

/** The one finding that failed, with its fix. */
function failure({ findings }: { findings: readonly Finding[] }): string {
  const failed = findings.filter(({ status }) => status === 'failed');
  return failed.map(({ check, message, fix }) => `${check}: ${message}\n${fix}`).join('\n');
}

test('a healthy installation has nothing that failed, and nothing was changed by asking', async () => {
  const { findings, of } = await doctor();
  expect(failure({ findings })).toBe('');
  const checks = [
    'kubernetes.reachable',
    'kubernetes.list',
    'kubernetes.watch',
    'api.position',
    'api.write',
    'position',
  ];
  for (const check of checks) expect(of(check)).toMatchObject([{ status: 'ok' }]);
  expect(of('api.heartbeat')).toMatchObject([{ status: 'skipped' }]);
  expect(of('relay.status')).toMatchObject([{ status: 'skipped' }]);
  expect(sink.counts.heartbeats + sink.counts.batches).toBe(0);
});

describe('signals', () => {
  const signals = { pods: true, nodes: true };

  test('are well when their objects can be read, and are not asked for when they are off', async () => {
    const { of } = await doctor({ signals });
    expect(of('kubernetes.signals').map(({ status, message }) => [status, message])).toEqual([
      ['ok', 'pods of the cluster can be listed and watched'],
      ['ok', 'nodes of the cluster can be listed and watched'],
    ]);
    expect((await doctor()).of('kubernetes.signals')).toEqual([]);
  });

  test.each(['list', 'watch'])('that may not %s are a warning with the rule that is missing', async (verb) => {
    cluster.access.deny((request) => request.view?.resource === 'pods' && request.verb === verb);
    const { findings, of } = await doctor({ signals, namespaces: ['shop'] });
    expect(failure({ findings })).toBe('');
    const [pods, nodes] = of('kubernetes.signals');
    expect(nodes?.status).toBe('ok');
    expect(pods).toMatchObject({ status: 'warning', message: expect.stringContaining('pods of namespace shop') });
    expect(pods?.fix).toContain('{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }');
    expect(pods?.fix).toContain('name: kube-event-forwarder-pods, namespace: shop');
  });
});

describe('the command', () => {
  test('prints text and ends with 0 when nothing stands in the way', async () => {
    const { code, stdout } = await command({}, []);
    expect(stdout).toMatch(/^ok {7}kubernetes\.reachable +http:.*Kubernetes v1/m);
    expect(stdout).toMatch(/\d+ checks, 0 failed, 0 warnings/);
    expect(code).toBe(0);
  });

  test('prints the missing rule at the margin, where it can be copied', async () => {
    cluster.access.deny(({ verb }) => verb === 'list');
    const { stdout } = await command({}, []);
    expect(stdout).toMatch(/^kubectl apply -f - <<EOF\napiVersion: rbac[\s\S]*\nEOF$/m);
  });

  test('prints JSON on demand and ends with 1 when something does', async () => {
    cluster.access.deny(({ verb }) => verb === 'list');
    const { code, stdout } = await command({}, ['--output', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ healthy: false, findings: expect.any(Array) });
    expect(code).toBe(1);
  });

  test('ends with 2 for a wrong configuration, and names every mistake', async () => {
    const { code, stderr } = await command({ clusterid: 'x', worker_count: 0 }, []);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean cluster_id?');
    expect(stderr).toContain('worker_count');
  });
});

describe('the API server', () => {
  test.each(['list', 'watch'])('a missing right to %s is told with the rule to apply', async (verb) => {
    cluster.access.deny((request) => request.verb === verb);
    const found = await doctor();
    expect(failure(found)).toContain(`kubernetes.${verb}: all namespaces: events cannot be ${verb}ed: HTTP 403`);
    expect(failure(found)).toContain('kind: ClusterRole\n');
    expect(failure(found)).toContain('verbs: ["get", "list", "watch"]');
  });

  test('in one namespace the rule is a Role there, for the service account that was refused', async () => {
    cluster.access.allow({
      name: 'system:serviceaccount:kef:relay',
      token: 'pod',
      may: ({ namespace }) => namespace === 'shop',
    });
    const found = await doctor({ namespaces: ['shop', 'bank'] }, cluster.kubeconfig({ token: 'pod' }));
    expect(found.of('kubernetes.list').map(({ status }) => status)).toEqual(['ok', 'failed']);
    expect(failure(found)).toContain('kind: Role\nmetadata: { name: kube-event-forwarder, namespace: bank }');
    expect(failure(found)).toContain('{ kind: ServiceAccount, namespace: kef, name: relay }');
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['is down', () => cluster.stop(), 'nothing listens there (ECONNREFUSED)'],
    ['does not know the token', async () => cluster.access.revoke(cluster.token), 'HTTP 401'],
    [
      'is another product',
      async () => cluster.faults.add({ fault: { do: 'body', code: 200, contentType: 'text/html', body: '<html>' } }),
      'as no API server does',
    ],
    [
      'ends every watch at once',
      async () => cluster.faults.add({ on: 'watch', fault: { do: 'stale', form: 'empty' } }),
      'A proxy in front of the API server ends watches',
    ],
  ])('that %s is told so', async (_title, make, message) => {
    await make();
    const found = await doctor();
    expect(failure(found)).toContain(message);
    // The other half is examined all the same.
    expect(found.of('api.write')).toMatchObject([{ status: 'ok' }]);
  });

  test.each<[string, { notAfter?: Date; hosts?: string[] }, boolean, string]>([
    ['an expired certificate', { notAfter: new Date(Date.now() - 1_000) }, true, 'its certificate has expired'],
    ['a certificate of nobody', {}, false, 'is signed by nobody this machine trusts'],
    ['a certificate for another name', { hosts: ['other.example.com'] }, true, 'its certificate is for another name'],
  ])('with %s is told so', async (_title, certificate, isTrusted, message) => {
    const tls = selfSignedCertificate({ notBefore: new Date(Date.now() - 10 * dayMs), ...certificate });
    const secure = await startCluster({ tls });
    try {
      const trusted = secure.kubeconfig();
      const found = await doctor({}, isTrusted ? trusted : trusted.replace(/ *certificate-authority-data.*\n/, ''));
      expect(failure(found)).toContain(message);
    } finally {
      await secure.close();
    }
  });

  test.each<[string, number, string]>([
    ['has expired', -60_000, 'failed'],
    ['ends this week', 3 * dayMs, 'warning'],
    ['is good for a year', 365 * dayMs, 'ok'],
  ])('a client certificate that %s is told with its end', async (_title, livesMs, status) => {
    const notAfter = new Date(Date.now() + livesMs);
    const { cert, key } = selfSignedCertificate({
      subject: 'relay',
      notBefore: new Date(Date.now() - 10 * dayMs),
      notAfter,
    });
    const user = [
      `      client-certificate-data: ${Buffer.from(cert).toString('base64')}`,
      `      client-key-data: ${Buffer.from(key).toString('base64')}`,
    ].join('\n');
    const found = await doctor({}, cluster.kubeconfig().replace(/( *token: .*\n)/, `$1${user}\n`));
    const end = notAfter.toISOString().slice(0, 16);
    expect(found.of('kubernetes.credentials')).toMatchObject([{ status, message: expect.stringContaining(end) }]);
  });

  test('a kubeconfig that cannot be used is one finding among the others', async () => {
    const found = await doctor({}, 'this: is\nno: kubeconfig\n');
    expect(failure(found)).toContain('kubernetes.config: ');
    expect(found.of('api.position')).toMatchObject([{ status: 'ok' }]);
  });
});

describe('the API', () => {
  const forbidden =
    '{"message":"User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: execute-api:Invoke"}';
  test.each<[string, Fault, string]>([
    [
      'a region that is not its own',
      refusing(403, '{"message":"Credential should be scoped to a valid region."}'),
      'set aws_region to the region of the API',
    ],
    [
      'a role without the right',
      refusing(403, forbidden),
      'needs execute-api:Invoke on GET /v1/clusters/test/position',
    ],
    [
      'the role of another cluster',
      refusing(
        403,
        '{"error":{"code":"ClusterForbidden","message":"Only the relay role of cluster \'test\' may do this"}}',
      ),
      "Run as the relay role of 'test'",
    ],
    [
      'keys that expired',
      refusing(403, '{"message":"The security token included in the request is expired"}'),
      'renew the login',
    ],
    [
      'a URL of another product',
      refusing(404, '<html>nginx</html>', { 'content-type': 'text/html' }),
      'not of another product?',
    ],
    ['a product that says yes to everything', refusing(200, '{"status":"ok"}'), 'not as this API would'],
    ['a login page', refusing(302, '', { location: 'https://login.example.com' }), 'something that redirects'],
    ['an API in trouble', refusing(503, '{"message":"Service Unavailable"}'), 'HTTP 503'],
    [
      'a wrong clock that even the correction does not help',
      refusing(403, '{"message":"Signature expired"}', { date: new Date(Date.now() + 3_600_000).toUTCString() }),
      'The clock is wrong (measured difference: 3',
    ],
  ])('%s is told with its fix', async (_title, fault, message) => {
    sink.fault = fault;
    const found = await doctor();
    expect(failure(found)).toContain(message);
  });

  test('a right to read without the one to write is told', async () => {
    sink.fault = (request, response, body) =>
      request.method === 'POST' ? refusing(403, forbidden)(request, response, body) : asApi(request, response, body);
    const found = await doctor();
    expect(failure(found)).toContain('execute-api:Invoke on POST /v1/clusters/test/events');
  });

  test.each<[string, string, string]>([
    ['a port where nobody listens', 'http://127.0.0.1:9', 'ECONNREFUSED'],
    ['a name that does not exist', 'http://no-such-api.invalid', 'does not'],
  ])('%s is told', async (_title, api_url, message) => {
    const found = await doctor({ api_url });
    expect(failure(found)).toContain('api.reachable');
    expect(failure(found)).toContain(message);
  });

  test('an API that says nothing is told', async () => {
    sink.fault = hanging;
    expect(failure(await doctor())).toContain('no answer in time');
  });

  test('https to a plain port is told', async () => {
    const found = await doctor({ api_url: sink.url.replace('http:', 'https:') });
    expect(failure(found)).toContain('begin with http:// instead of https://?');
  });

  test('a relay that has been silent, as readers see it', async () => {
    const row = { cluster: 'test', silentSeconds: 7_200, gaps: { count: 3 } };
    sink.fault = (request, response, body) =>
      request.url === '/v1/clusters'
        ? answering(200, {}, JSON.stringify({ items: [row] }))(request, response, body)
        : asApi(request, response, body);
    const { of } = await doctor();
    expect(of('api.heartbeat')).toMatchObject([
      { status: 'warning', message: 'a relay posted 7200 s ago; 3 gaps so far' },
    ]);
  });
});

describe('the position', () => {
  test.each<[string, () => string, string, string]>([
    ['that can be resumed from', () => cluster.resourceVersion, 'ok', 'versions behind'],
    ['of another server', () => '999999', 'warning', 'is ahead of the server'],
  ])('%s', async (_title, position, status, message) => {
    sink.position = { v: 1, scopes: { '*': position() } };
    event();
    event();
    const [found] = (await doctor()).of('position');
    expect(found).toMatchObject({ status, message: expect.stringContaining(message) });
  });

  test('that is older than the history', async () => {
    sink.position = { v: 1, scopes: { '*': cluster.resourceVersion } };
    event();
    cluster.compact();
    const [found] = (await doctor()).of('position');
    expect(found).toMatchObject({ status: 'warning', message: expect.stringContaining('older than the server') });
  });
});

test('a running relay is asked how it is, and says why it is not ready', async () => {
  const relay = await startRelay(cluster, sink, { retry_forbidden: '100ms' });
  const port = relay.logs.find(({ msg }) => msg === 'relay started')?.port;
  try {
    const url = `http://127.0.0.1:${port}`;
    await expect.poll(async () => (await relay.get('/ready')).status).toBe(200);
    const healthy = await doctor({}, cluster.kubeconfig(), url);
    expect(failure(healthy)).toBe('');
    expect(healthy.of('relay.stream')).toMatchObject([{ status: 'ok', message: expect.stringContaining('last byte') }]);
    cluster.access.deny(({ verb }) => verb === 'watch');
    cluster.disconnect();
    await expect.poll(async () => (await relay.get('/ready')).status).toBe(503);
    const ill = await doctor({}, cluster.kubeconfig(), url);
    expect(failure(ill)).toContain('relay.status: the relay is not ready');
    expect(failure(ill)).toContain('kubernetes.watch');
  } finally {
    relay.kill('SIGKILL');
  }
});

describe('the relay as it is shipped', () => {
  async function bundle(args: string[], yaml: string) {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'kef-doctor-')), 'relay.yaml');
    await writeFile(file, yaml);
    const child = spawn(process.execPath, [await relayBundle(), '--doctor', '--config', file, ...args]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, stdout, stderr };
  }

  async function severalClusters(): Promise<string> {
    const one = parse(await configure({}, cluster.kubeconfig()));
    const { cluster_id: _, listen, kubeconfig, ...shared } = one;
    const clusters = [
      { cluster_id: 'test', kubeconfig },
      { cluster_id: 'gone', kubeconfig: '/no/such' },
    ];
    return stringify({ ...shared, listen, clusters });
  }

  test('examines on demand', async () => {
    const { code, stdout } = await bundle([], await configure({}, cluster.kubeconfig()));
    expect(stdout).toMatch(/^ok {7}kubernetes\.list/m);
    expect(code).toBe(0);
  });

  test('examines every cluster of its configuration, each under its name', async () => {
    const { code, stdout } = await bundle([], await severalClusters());
    expect(stdout).toMatch(/^cluster test\nok /m);
    expect(stdout).toMatch(/^cluster gone\nFAILED {3}kubernetes\.config .*ENOENT/m);
    expect(stdout).toContain('Begin with kubernetes.config');
    expect(code).toBe(1);
  });

  test('or the one that is asked for', async () => {
    const { code, stdout } = await bundle(['--cluster-id', 'test', '-o', 'json'], await severalClusters());
    expect(JSON.parse(stdout)).toMatchObject({ cluster: 'test', healthy: true });
    expect(code).toBe(0);
  });

  test('and says which there are when that one is not among them', async () => {
    const { code, stderr } = await bundle(['--cluster-id', 'prod'], await severalClusters());
    expect(stderr).toContain("has no cluster 'prod'; it has test, gone");
    expect(code).toBe(2);
  });
});
