import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSignedFetch } from '../../lib/api/signedFetch.ts';
import type { LocalCloud } from '../../lib/local/localCloud.ts';
import type { LocalCloudOptions } from '../../lib/local/localCloudOptions.ts';
import type { LocalEvent } from '../../lib/local/localEvent.ts';
import { startLocalCloud } from '../../lib/local/startLocalCloud.ts';
import { synthesize } from '../../lib/local/synth.ts';
import { temporaryDirectory } from './cloudFixture.ts';

let directory = '';
let cdkOut = '';
beforeAll(async () => {
  directory = temporaryDirectory();
  ({ cdkOut } = await synthesize({ clusterId: 'demo', cacheDir: directory }));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let cloud: LocalCloud | undefined;
afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
});

interface Product {
  readonly cloud: LocalCloud;
  readonly events: LocalEvent[];
  post(events: readonly object[]): Promise<{ status: number; body: { accepted: number; rejected: object[] } }>;
  get(path: string): Promise<{ status: number; body: { items: Record<string, unknown>[]; position: unknown } }>;
}

async function start(options: Partial<LocalCloudOptions> = {}): Promise<Product> {
  const started = await startLocalCloud({
    cdkOut,
    clusterId: 'demo',
    timing: { asyncRetryMs: [5, 5], streamRetryMs: 5 },
    ...options,
  });
  cloud = started;
  const events: LocalEvent[] = [];
  started.on((event) => events.push(event));
  const signed = createSignedFetch({ region: started.region, credentials: started });
  return {
    cloud: started,
    events,
    async post(batch) {
      const response = await signed(`${started.url}/v1/clusters/demo/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.kube-events.batch.v1+gzip' },
        body: new Uint8Array(gzipSync(JSON.stringify({ relay: { id: 'test' }, events: batch }))),
      });
      // The contract of lib/api; what matters is asserted.
      return { status: response.status, body: (await response.json()) as never };
    },
    async get(path) {
      const response = await signed(started.url + path);
      return { status: response.status, body: (await response.json()) as never };
    },
  };
}

const now = Date.now();
const crash = (name: string, count = 1): object => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: {
    name: `${name}.1`,
    namespace: 'shop',
    uid: `uid-${name}`,
    resourceVersion: String(count),
    creationTimestamp: new Date(now).toISOString(),
  },
  involvedObject: { kind: 'Pod', namespace: 'shop', name, uid: `pod-${name}` },
  reason: 'BackOff',
  message: 'Back-off restarting failed container app in pod',
  type: 'Warning',
  count,
  firstTimestamp: new Date(now - 60_000).toISOString(),
  lastTimestamp: new Date(now + count * 1000).toISOString(),
  source: { component: 'kubelet', host: 'node-1' },
});
const fingerprints = (product: Product): string[] =>
  product.events
    .flatMap((event) => (event.type === 'published' ? [JSON.parse(event.entry.Detail).fingerprint] : []))
    .sort();
const subjects = (product: Product): string[] =>
  product.events.flatMap((event) => (event.type === 'notified' ? [event.subject] : [])).sort();
const failures = (product: Product): LocalEvent[] =>
  product.events.filter(({ type }) => type === 'warning' || type === 'dead-letter');

/** Names without a workload in them: pods of one StatefulSet would be one incident. */
function bareName(index: number): string {
  return `solo${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`;
}

describe('the synthesized stack', () => {
  it('takes a signed batch the whole way: stored, published, notified; and answers questions about it', async () => {
    const product = await start();
    expect(await product.post([crash('web'), crash('cart')])).toMatchObject({
      status: 200,
      body: { accepted: 2, rejected: [] },
    });
    await product.cloud.drain();
    expect(fingerprints(product)).toEqual([
      'demo/shop/Pod/cart/CrashLoopBackOff',
      'demo/shop/Pod/web/CrashLoopBackOff',
    ]);
    expect(subjects(product)).toEqual([expect.stringContaining('cart'), expect.stringContaining('web')]);
    expect(product.cloud.totals()).toMatchObject({
      requests: 1,
      responses: { 200: 1 },
      stored: 2,
      routed: 2,
      published: 2,
      publishedByDetailType: { 'event.k8s.received': 2 },
      notified: 2,
      failures: 0,
      deadLetters: 0,
    });
    // Nothing was denied: the roles of the templates suffice for everything the functions did.
    expect(failures(product)).toEqual([]);
    expect((await product.get('/v1/events?cluster=demo&namespace=shop')).body.items).toHaveLength(2);
    expect((await product.get('/v1/incidents?cluster=demo')).body.items).toHaveLength(2);
    // Slashes inside a path variable have to be encoded twice, here as on AWS.
    const fingerprint = encodeURIComponent(encodeURIComponent('demo/shop/Pod/web/CrashLoopBackOff'));
    expect((await product.get(`/v1/incidents/${fingerprint}`)).status).toBe(200);
    expect((await product.get('/v1/clusters')).body.items).toHaveLength(1);
    expect((await product.get('/v1/clusters/demo/position')).status).toBe(200);
    expect(failures(product)).toEqual([]);
  });

  it('stores a repeated batch once', async () => {
    const product = await start();
    await product.post([crash('web')]);
    await product.post([crash('web')]);
    await product.cloud.drain();
    expect(product.cloud.totals()).toMatchObject({ requests: 2, stored: 1, published: 1, notified: 1 });
  });

  it('publishes everything although route fails, crashes and EventBridge refuses entries', async () => {
    let routeFails = 3;
    let refused = 4;
    const product = await start({
      faults: {
        invoke: (name) =>
          name.includes('Route') && routeFails > 0 ? (routeFails-- % 2 === 0 ? 'crash' : 'error') : undefined,
        putEventsEntry: () => (refused-- > 0 ? { ErrorCode: 'InternalFailure', ErrorMessage: 'injected' } : undefined),
      },
    });
    const names = Array.from({ length: 12 }, (_, index) => bareName(index));
    await product.post(names.map((name) => crash(name)));
    await product.cloud.drain();
    expect(new Set(fingerprints(product))).toEqual(
      new Set(names.map((name) => `demo/shop/Pod/${name}/CrashLoopBackOff`)),
    );
    expect(product.cloud.totals()).toMatchObject({ stored: 12, routed: 12, deadLetters: 0 });
    // Two of the namespace by name; the other ten wait a minute for the one message that names them all.
    expect(subjects(product)).toHaveLength(2);
  });

  it('stores everything although DynamoDB throttles, fails and leaves items unprocessed', async () => {
    const faults = [
      { kind: 'unprocessed', count: 3 },
      { kind: 'throttle' },
      { kind: 'error' },
      { kind: 'unprocessed', count: 99 },
    ] as const;
    let next = 0;
    const product = await start({
      faults: { dynamodb: (operation) => (operation === 'BatchWriteItem' ? faults[next++] : undefined) },
    });
    const answer = await product.post(Array.from({ length: 30 }, (_, index) => crash(bareName(index))));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 30 } });
    await product.cloud.drain();
    expect(next).toBeGreaterThanOrEqual(4);
    expect(product.cloud.totals()).toMatchObject({ stored: 30, routed: 30 });
  });

  it('tells people once although notify fails', async () => {
    let fails = 2;
    const product = await start({
      faults: { invoke: (name) => (name.includes('Notify') && fails-- > 0 ? 'error' : undefined) },
    });
    await product.post([crash('web')]);
    await product.cloud.drain();
    expect(product.cloud.totals()).toMatchObject({ notified: 1, failures: 2, deadLetters: 0 });
  });

  it('parks what route can never handle, and keeps it', async () => {
    const product = await start({ faults: { invoke: (name) => (name.includes('Route') ? 'error' : undefined) } });
    await product.post([crash('web')]);
    await product.cloud.drain();
    expect(product.events.filter(({ type }) => type === 'dead-letter')).toMatchObject([
      { source: 'stream', count: 1, destination: expect.stringMatching(/^s3:\/\/.*parked.*\/aws\/lambda\//) },
    ]);
    // One attempt and the eight retries of the template.
    expect(product.cloud.totals()).toMatchObject({ failures: 9, published: 0 });
  });

  it('goes on after a restart where it stopped', async () => {
    const dataDir = join(directory, 'data');
    const before = await start({ dataDir });
    await before.post([crash('web')]);
    await before.cloud.drain();
    await before.cloud.close();
    const after = await start({ dataDir });
    await after.post([crash('web'), crash('web', 2)]);
    await after.cloud.drain();
    // The incident is known: its repeat is stored and stays quiet.
    expect(after.cloud.totals()).toMatchObject({ stored: 1, routed: 1, notified: 0, publishedByDetailType: {} });
    expect((await after.get('/v1/events?cluster=demo&namespace=shop')).body.items).toHaveLength(2);
  });

  it.each([
    ['demo', 200],
    ['other', 403],
  ])('answers a relay that posts as %s with %d', async (cluster, status) => {
    const product = await start();
    const signed = createSignedFetch({ region: product.cloud.region, credentials: product.cloud });
    const body = JSON.stringify({ relay: { id: 'test' }, events: [] });
    const response = await signed(`${product.cloud.url}/v1/clusters/${cluster}/events`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(status);
  });

  it('is not started for a cluster that was not synthesized, and leaves nothing running', async () => {
    const port = 40_000 + Math.floor(Math.random() * 20_000);
    await expect(startLocalCloud({ cdkOut, clusterId: 'unknown', port })).rejects.toMatchObject({
      code: 'ConfigInvalid',
    });
    await start({ port });
    expect(cloud?.url).toBe(`http://127.0.0.1:${port}`);
    await expect(startLocalCloud({ cdkOut, clusterId: 'demo', port })).rejects.toMatchObject({ code: 'ConfigInvalid' });
  });

  it('starts within two seconds once synthesized', async () => {
    const startedAt = performance.now();
    await start();
    expect(performance.now() - startedAt).toBeLessThan(2000 * patience);
  });
});

/** Machines that run other tests at the same time are slower than the one the promise is about. */
const patience = 4;
