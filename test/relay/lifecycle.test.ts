import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { eventually, relayBundle } from './relayProcess.ts';
import { cluster, sink, start, useRig } from './rig.ts';

useRig();

let made = 0;
beforeEach(() => {
  made = 0;
});

function make(count: number): void {
  for (let index = 0; index < count; index += 1) {
    made += 1;
    cluster.create({
      metadata: { name: `event-${made}`, namespace: 'shop' },
      regarding: { kind: 'Pod', namespace: 'shop', name: `pod-${made}` },
      reason: 'Unhealthy',
      type: 'Warning',
      note: 'Readiness probe failed',
    });
  }
}

describe('stopping', () => {
  test('under load flushes what was taken in, reports the position and leaves the rest to the next relay', async () => {
    const relay = await start({ linger: '10s' });
    await eventually('the watch runs', () => cluster.watcherCount === 1);
    make(5_000);
    await eventually('it is at work', () => sink.stored.size > 0);
    const { code, last } = await relay.stop();
    expect(code).toBe(0);
    expect(last).toMatchObject({ msg: 'stopped', left: 0 });
    expect(last?.acknowledged).toBe(sink.stored.size);
    expect(sink.counts.heartbeats).toBeGreaterThan(0);
    await start();
    await eventually('the rest arrives', () => sink.stored.size === made);
    expect(sink.counts.duplicates).toBe(0);
  });

  test('while the API is down ends within the grace period, and nothing is lost', async () => {
    const relay = await start({ shutdown_grace: '500ms' });
    make(10);
    await eventually('it works', () => sink.stored.size === made);
    sink.fault = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    make(2_000);
    await eventually('it has something', async () => (await relay.status()).events.unacknowledged > 0);
    const startedAt = Date.now();
    const { code, last } = await relay.stop();
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect(code).toBe(1);
    expect(Number(last?.left)).toBeGreaterThan(0);
    sink.fault = undefined;
    await start();
    await eventually('everything is stored', () => sink.stored.size === made);
  });

  test('while a list waits for room ends within the grace period too', async () => {
    sink.fault = (request, response) => {
      if (request.method !== 'POST') return false;
      response.writeHead(503).end();
      return true;
    };
    make(5_000);
    const relay = await start({ shutdown_grace: '300ms', buffer_size: 500 });
    await eventually('the buffer is full', async () => (await relay.status()).events.unacknowledged > 500);
    const startedAt = Date.now();
    expect((await relay.stop()).code).toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  test('a second signal ends the process at once', async () => {
    const relay = await start({ shutdown_grace: '60s' });
    make(10);
    await eventually('it works', () => sink.stored.size === made);
    sink.fault = () => true;
    make(10);
    await eventually('it has something', async () => (await relay.status()).events.unacknowledged > 0);
    relay.kill('SIGTERM');
    await eventually('it is stopping', () => relay.logs.some(({ msg }) => msg.startsWith('stopping')));
    relay.kill('SIGINT');
    expect(await relay.exited).toEqual({ code: 130, signal: null });
  });

  test('before the API ever answered is quick', async () => {
    sink.fault = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    const relay = await start();
    const startedAt = Date.now();
    expect((await relay.stop()).code).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('the status endpoints', () => {
  test('tell the truth about a working relay', async () => {
    const relay = await start();
    make(12);
    await eventually('it works', () => sink.stored.size === made);
    await eventually('it is ready', async () => (await relay.get('/ready')).status === 200);
    expect((await relay.get('/health')).status).toBe(200);
    expect((await relay.get('/healthz')).status).toBe(200);
    expect((await relay.get('/nothing')).status).toBe(404);
    const { body } = await relay.get('/metrics');
    expect(body).toContain('k8s_events_received_total{cluster_id="test"} 12');
    expect(body).toContain('k8s_events_processed_total{cluster_id="test"} 12');
    expect(body).toMatch(/kube_event_count\{[^}]*type="Warning"[^}]*\} 12/);
    expect(body).toMatch(/kube_event_count\{[^}]*involved_object_kind="Pod"[^}]*\} 12/);
    expect(body).toContain('k8s_events_error_total');
    expect(body).toContain('k8s_events_filtered_total');
    expect(body).not.toContain('pod-1');
  });

  test('say that it is not ready before the position is known', async () => {
    sink.fault = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    const relay = await start();
    const ready = await relay.get('/ready');
    expect(ready.status).toBe(503);
    expect(ready.body).toContain('position');
  });
});

describe('a wrong configuration', () => {
  async function run(yaml: string, args: string[] = [], env: Record<string, string> = {}) {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'kef-config-')), 'relay.yaml');
    writeFileSync(file, yaml);
    const argv = [await relayBundle(), '--config', file, ...args];
    return spawnSync(process.execPath, argv, {
      encoding: 'utf8',
      env: { ...process.env, AWS_REGION: '', CLUSTER_ID: '', ...env },
    });
  }

  test('ends with code 2 and every mistake named at once', async () => {
    const { status, stderr } = await run(`
cluster-id: prod
min_severity: severe
worker_count: 0
linger: 5
namespace: [shop]
event_types: Warning
message_bus_url: nats://localhost:4222
`);
    expect(status).toBe(2);
    for (const part of [
      'cluster-id: there is no such setting; did you mean cluster_id?',
      'cluster_id is required',
      'namespace: there is no such setting; did you mean namespaces?',
      'min_severity: expected info, low, medium, high, critical',
      'worker_count',
      'linger: a duration has a unit',
      'event_types',
      'message_bus_url',
      'nats://localhost:4222',
      'aws_region is required',
    ]) {
      expect(stderr).toContain(part);
    }
  });

  test.each([
    ['is no YAML', 'a: [', 'not YAML'],
    ['is a list', '- a', 'must be a mapping'],
    [
      'names a kubeconfig that is not there',
      'cluster_id: a\napi_url: http://x\naws_region: us-east-1\nkubeconfig: /no/such',
      '/no/such',
    ],
    ['is empty', '', 'cluster_id is required'],
  ])('that %s is told so', async (_title, yaml, message) => {
    const { status, stderr } = await run(yaml);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  test('no kubeconfig at all is told, instead of a search on localhost', async () => {
    const yaml = `cluster_id: a\napi_url: ${sink.url}\naws_region: us-east-1\nlisten: 127.0.0.1:0`;
    const { status, stderr } = await run(yaml, [], { HOME: '/nowhere', KUBECONFIG: '' });
    expect(status).toBe(2);
    expect(stderr).toContain('kubeconfig: there is none');
  });

  test('a context that does not exist is named with those that do', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'kef-kubeconfig-')), 'config');
    writeFileSync(file, cluster.kubeconfig());
    const { status, stderr } = await run(
      `cluster_id: a\napi_url: http://x\naws_region: us-east-1\nkubeconfig: ${file}`,
      ['--context', 'nope'],
    );
    expect(status).toBe(2);
    expect(stderr).toContain("has no context 'nope'; it has ");
  });

  test('a port in use is named', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'kef-kubeconfig-')), 'config');
    writeFileSync(file, cluster.kubeconfig());
    const { status, stderr } = await run(
      `cluster_id: a\napi_url: ${sink.url}\naws_region: us-east-1\nkubeconfig: ${file}\nlisten: 127.0.0.1:${port}`,
    );
    other.close();
    expect(status).toBe(2);
    expect(stderr).toContain(`127.0.0.1:${port} cannot be used`);
  });

  test('flags and CLUSTER_ID override the file', async () => {
    const yaml = 'cluster_id: "not valid!"\napi_url: https://abc.execute-api.eu-west-1.amazonaws.com';
    expect((await run(yaml, ['--check'])).status).toBe(2);
    expect((await run(yaml, ['--check'], { CLUSTER_ID: 'prod' })).status).toBe(0);
    expect((await run(yaml, ['--check', '--cluster-id', 'prod'])).status).toBe(0);
    expect((await run(yaml, ['--check', '--cluster-id', 'no good'], { CLUSTER_ID: 'prod' })).status).toBe(2);
  });

  test('an unknown flag is a usage error', async () => {
    const { status, stderr } = await run('', ['--nonsense']);
    expect(status).toBe(2);
    expect(stderr).toContain('--nonsense');
  });
});
