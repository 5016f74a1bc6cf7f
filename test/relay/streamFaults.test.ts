import { beforeEach, describe, expect, test } from 'vitest';
import { badLines } from '../../lib/local/cluster/index.ts';
import { eventually, expectAccount } from './relayProcess.ts';
import { cluster, replaceCluster, sink, start, useRig } from './rig.ts';

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
      regarding: { kind: 'Pod', namespace: 'shop', name: `pod-${made % 7}` },
      reason: 'Unhealthy',
      type: 'Warning',
      note: 'Readiness probe failed',
      reportingController: 'kubelet',
    });
  }
}

const requestCount = () => Object.values(cluster.requests.counts).reduce((sum, count) => sum + count, 0);
const allStored = () => sink.stored.size === made;

describe.each(['line', 'http', 'empty'] as const)('a stale position told as %s', (staleForm) => {
  test('leads to a list whose new items are forwarded, once', async () => {
    await replaceCluster({ staleForm });
    make(30);
    const first = await start();
    await eventually('the list is stored', allStored);
    await first.stop();
    make(700);
    cluster.compact();
    const second = await start();
    await eventually('everything is stored', allStored);
    make(5);
    await eventually('the watch goes on after the list', allStored);
    expect(sink.counts.duplicates).toBe(0);
    const { events, reconnects } = await second.status();
    expect(events.dropped).toEqual({ known: 30 });
    expect(Object.keys(reconnects)).toContain(
      { line: 'stale-error410', http: 'stale-http410', empty: 'stale-empty' }[staleForm],
    );
    await expectAccount(second);
  });
});

test('a watch that always ends at once leads to a paced number of requests', async () => {
  make(3);
  cluster.faults.add({ fault: { do: 'stale', form: 'empty' }, on: 'watch' });
  const relay = await start({ retry_base: '100ms', retry_max: '1s' });
  await eventually('the list is stored', allStored);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const { received } = (await relay.status()).events;
  expect(requestCount()).toBeLessThan(60);
  expect(received).toBeGreaterThan(3);
  cluster.faults.clear();
  make(5);
  await eventually('the watch recovers', allStored);
});

test('silence without an end is noticed, probed and survived', async () => {
  const relay = await start({ idle_timeout: '400ms' });
  make(5);
  await eventually('the stream works', allStored);
  cluster.silence(true);
  make(5);
  await eventually('what the silent stream kept back arrives', allStored);
  expect((await relay.status()).reconnects.idle).toBeGreaterThan(0);
  expect(sink.counts.duplicates).toBe(0);
});

test.each(['end', 'half-close', 'reset'] as const)('a stream that ends by %s is resumed where it was', async (how) => {
  const relay = await start();
  for (let round = 0; round < 5; round += 1) {
    make(20);
    cluster.disconnect(how);
    make(20);
    await eventually('everything is stored', allStored);
  }
  expect(sink.counts.duplicates).toBe(0);
  await expectAccount(relay);
});

test('a line cut in half is read whole on the next connection', async () => {
  cluster.faults.add({
    fault: { do: 'stop', afterLines: 3, how: 'half-close', insideLine: true },
    on: 'watch',
    times: 5,
  });
  await start();
  await eventually('the watch runs', () => cluster.watcherCount === 1);
  for (let round = 0; round < 30; round += 1) {
    make(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await eventually('everything is stored', allStored);
});

test.each([
  ['garbage', badLines.garbage],
  ['cut JSON', badLines.truncatedJson],
  ['an empty line', badLines.emptyLine],
  ['null', badLines.jsonNull],
  ['a line of 1 MB', badLines.huge(1_000_000)],
  ['a line of 10 MB', badLines.huge(10_000_000)],
  ['bad UTF-8', badLines.badUtf8],
])('%s between two events costs neither of them', async (_title, bytes) => {
  const relay = await start();
  make(3);
  await eventually('the stream works', allStored);
  sink.rejectEvent = (event) =>
    (event.metadata as { uid?: string }).uid === undefined ? 'EventFieldMissing' : undefined;
  cluster.inject(bytes);
  make(3);
  await eventually(
    'everything is stored',
    () => [...sink.stored.values()].filter((e) => e.name.startsWith('event-')).length === made,
  );
  await expectAccount(relay);
});

test.each(['duplicate', 'swap'] as const)('lines with the fault %s are forwarded without loss', async (fault) => {
  cluster.faults.add({ fault: { do: fault, every: 3 }, on: 'watch' });
  const relay = await start();
  await eventually('the watch runs', () => cluster.watcherCount === 1);
  make(50);
  await eventually('everything is stored', () => sink.stored.size >= made - 1);
  make(1);
  await eventually('the held line too', () => sink.stored.size >= made - 1);
  await expectAccount(relay);
});

test('versions that run backwards after a restore make everything new', async () => {
  const relay = await start();
  make(40);
  await eventually('everything is stored', allStored);
  cluster.rewind(10, false);
  make(40);
  await eventually('the new life of the cluster is stored', allStored);
  expect((await relay.status()).reconnects.backwards).toBe(1);
  await eventually(
    'the position follows',
    async () => (await relay.status()).position?.scopes['*'] === cluster.resourceVersion,
  );
});

test('a server that is down gets a bounded number of requests, and everything afterwards', async () => {
  const relay = await start({ retry_base: '50ms', retry_max: '500ms' });
  make(5);
  await eventually('the stream works', allStored);
  cluster.faults.add({ fault: { do: 'status', code: 503 } });
  cluster.disconnect('reset');
  const before = requestCount();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(requestCount() - before).toBeLessThan(40);
  expect((await relay.get('/ready')).status).toBe(503);
  expect((await relay.get('/health')).status).toBe(200);
  cluster.faults.clear();
  make(5);
  await eventually('everything is stored', allStored);
  await eventually('it is ready again', async () => (await relay.get('/ready')).status === 200);
});

test('a server without events.k8s.io is read through core/v1', async () => {
  cluster.faults.add({
    fault: { do: 'status', code: 404 },
    when: ({ path }) => path.startsWith('/apis/events.k8s.io'),
  });
  make(3);
  const relay = await start();
  await eventually('the list is stored', allStored);
  make(3);
  await eventually('the watch is stored', allStored);
  expect((await relay.status()).isReady).toBe(true);
});

test('missing rights are named and not hammered', async () => {
  cluster.faults.add({ fault: { do: 'status', code: 403 } });
  const relay = await start();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(requestCount()).toBeLessThan(12);
  expect(relay.logs.some((line) => line.msg.includes('verbs [get, list, watch]'))).toBe(true);
  expect((await relay.get('/ready')).body).toContain('403');
});

test('a list that is cut is read again', async () => {
  make(1_600);
  cluster.faults.add({ fault: { do: 'cut', afterBytes: 300_000, how: 'half-close' }, on: 'list', times: 2 });
  const relay = await start();
  await eventually('everything is stored', allStored, 15_000);
  await expectAccount(relay);
});
