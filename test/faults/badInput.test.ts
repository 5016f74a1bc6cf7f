import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { selfSignedCertificate } from '../../lib/local/cluster/selfSignedCertificate.ts';
import { eventually, type RelayProcess, relayBundle, startRelay } from '../relay/relayProcess.ts';
import { type Fault, type Sink, startSink } from '../relay/sink.ts';
import { answering } from './apiFaults.ts';

const dayMs = 24 * 3_600_000;
let cluster: Cluster;
let sink: Sink;
let relay: RelayProcess | undefined;

beforeEach(async () => {
  cluster = await startCluster();
  sink = await startSink();
});

afterEach(async () => {
  relay?.kill('SIGKILL');
  relay = undefined;
  await sink.close();
  await cluster.close();
});

/** Runs a relay to its early end. */
async function run(
  settings: Record<string, unknown>,
  args: string[] = [],
): Promise<{ code: number | null; stderr: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'kef-bad-'));
  const kubeconfig = path.join(directory, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig());
  const file = path.join(directory, 'relay.yaml');
  const usual = { cluster_id: 'test', api_url: sink.url, aws_region: 'us-east-1', kubeconfig, listen: '127.0.0.1:0' };
  await writeFile(file, stringify({ ...usual, ...settings }));
  const child = spawn(process.execPath, [await relayBundle(), '--config', file, ...args], { timeout: 10_000 });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return { code: await new Promise((resolve) => child.on('close', resolve)), stderr };
}

async function fileWith(text: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'kef-bad-')), 'kubeconfig');
  await writeFile(file, text);
  return file;
}

describe('a relay ends at once with code 2 and one clear line for', () => {
  test.each<[string, () => Promise<Record<string, unknown>>, RegExp]>([
    [
      'a kubeconfig that is a directory',
      async () => ({ kubeconfig: tmpdir() }),
      /kubeconfig: \/\S+ could not be read: EISDIR/,
    ],
    [
      'a kubeconfig that is not there',
      async () => ({ kubeconfig: '/no/such' }),
      /kubeconfig: \/no\/such could not be read: ENOENT/,
    ],
    [
      'a kubeconfig that is no YAML',
      async () => ({ kubeconfig: await fileWith('a: [') }),
      /kubeconfig: \/\S+ could not be read/,
    ],
    [
      'a kubeconfig without clusters',
      async () => ({ kubeconfig: await fileWith('apiVersion: v1\nkind: Config\n') }),
      /kubeconfig: /,
    ],
    ['an empty kubeconfig', async () => ({ kubeconfig: await fileWith('') }), /kubeconfig: /],
    ['a context that does not exist', async () => ({ context: 'prod' }), /has no context 'prod'; it has demo/],
    [
      'a region that is none',
      async () => ({ aws_region: 'Ireland' }),
      /aws_region: expected a region such as us-west-2; got "Ireland"/,
    ],
    ['an address that is none', async () => ({ listen: '127.0.0.1:99999' }), /listen: /],
    [
      'an address of another machine',
      async () => ({ listen: '192.0.2.1:8080' }),
      /listen: 192\.0\.2\.1:8080 cannot be used: .*EADDRNOTAVAIL/,
    ],
  ])('%s', async (_title, settings, message) => {
    const { code, stderr } = await run(await settings());
    expect(stderr).toMatch(message);
    expect(stderr).toContain('(ConfigInvalid)');
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(code).toBe(2);
  });

  test('a port in use', async () => {
    const other = createTcpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run({ listen: `127.0.0.1:${port}` });
    other.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`listen: 127\\.0\\.0\\.1:${port} cannot be used: .*EADDRINUSE`));
  });
});

/** What the relay logged and what readiness says, once it says it. */
async function complaint(text: RegExp): Promise<string> {
  const running = relay;
  if (running === undefined) throw new Error('no relay');
  await eventually(`it complains with ${text}`, () => running.logs.some(({ msg }) => text.test(msg)));
  expect((await running.get('/ready')).status).toBe(503);
  expect((await running.get('/health')).status).toBe(200);
  return (await running.get('/ready')).body;
}

describe('a relay runs on, is not ready and says why, when', () => {
  test.each<[string, { notAfter?: Date; hosts?: string[] }, boolean, RegExp]>([
    [
      'the API server has an expired certificate',
      { notAfter: new Date(Date.now() - 1_000) },
      true,
      /certificate has expired/,
    ],
    ['the API server has a certificate of nobody', {}, false, /self-signed certificate/],
    [
      'the API server has a certificate for another name',
      { hosts: ['other.example.com'] },
      true,
      /does not match certificate/,
    ],
  ])('%s', async (_title, certificate, isTrusted, message) => {
    const tls = selfSignedCertificate({ notBefore: new Date(Date.now() - 10 * dayMs), ...certificate });
    const secure = await startCluster({ tls });
    try {
      const trusted = secure.kubeconfig();
      const kubeconfig = isTrusted ? trusted : trusted.replace(/ *certificate-authority-data.*\n/, '');
      relay = await startRelay({ kubeconfig: () => kubeconfig }, sink);
      expect(await complaint(message)).toMatch(message);
    } finally {
      await secure.close();
    }
  });

  test('our API has a certificate of nobody', async () => {
    const server: Server = createServer(selfSignedCertificate(), (_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      relay = await startRelay(cluster, { url: `https://127.0.0.1:${port}` });
      expect(await complaint(/does not tell the position of this cluster: self-signed certificate/)).toMatch(
        /self-signed/,
      );
    } finally {
      server.close();
    }
  });

  test.each<[string, Fault, RegExp]>([
    [
      'requests are signed for a wrong region',
      answering(403, {}, '{"message":"Credential should be scoped to a valid region."}'),
      /scoped to a valid region/,
    ],
    [
      'api_url is of another product',
      answering(404, { 'content-type': 'text/html' }, '<html>404</html>'),
      /Is api_url the URL of a kube-event-forwarder API\?/,
    ],
    [
      'api_url is a web page',
      answering(200, { 'content-type': 'text/html' }, '<html>Welcome</html>'),
      /does not tell the position.* is no position\. Is api_url/,
    ],
    [
      'api_url is another JSON API',
      answering(200, {}, '{"status":"ok"}'),
      /does not tell the position.* is no position\. Is api_url/,
    ],
  ])('%s', async (_title, fault, message) => {
    sink.fault = fault;
    relay = await startRelay(cluster, sink);
    await complaint(message);
    // And nothing was read from the cluster that could not be delivered.
    expect(cluster.requests.counts.list ?? 0).toBe(0);
  });
});
