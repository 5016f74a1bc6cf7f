import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Cluster, type ClusterOptions, startCluster } from '../../lib/local/cluster/index.ts';
import { burst } from '../../lib/local/cluster/loadGenerator.ts';
import { ask, eventsPath, json, list, podEvent, type Stream, until, watch } from './client.ts';

let clusters: Cluster[] = [];
async function start(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await startCluster(options);
  clusters.push(cluster);
  return cluster;
}
afterEach(async () => {
  await Promise.all(clusters.map((cluster) => cluster.close()));
  clusters = [];
});

async function take(stream: Stream, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) {
    const { type, object } = await stream.next();
    seen.push(`${type} ${object.metadata.name} ${object.metadata.resourceVersion}`);
  }
  return seen;
}

describe('a watch', () => {
  it('goes on where a list ended and shows every change once', async () => {
    const cluster = await start();
    cluster.create(podEvent('a.1'));
    const { metadata } = await list(cluster);
    cluster.create(podEvent('b.1'));
    const stream = await watch(cluster, `resourceVersion=${metadata.resourceVersion}`);
    cluster.bump({ namespace: 'shop', name: 'a.1' });
    cluster.delete({ namespace: 'shop', name: 'b.1' });
    expect(await take(stream, 3)).toEqual(['ADDED b.1 302', 'MODIFIED a.1 303', 'DELETED b.1 304']);
  });

  it.each(['', 'resourceVersion=0'])('with "%s" begins with everything that exists, in key order', async (query) => {
    const cluster = await start();
    cluster.create(podEvent('b.1'));
    cluster.create(podEvent('a.1'));
    cluster.bump({ namespace: 'shop', name: 'b.1' });
    const stream = await watch(cluster, query);
    cluster.create(podEvent('c.1'));
    expect(await take(stream, 3)).toEqual(['ADDED a.1 302', 'ADDED b.1 303', 'ADDED c.1 304']);
  });

  it('of one namespace shows nothing else', async () => {
    const cluster = await start();
    const stream = await watch(cluster, 'resourceVersion=300', 'shop');
    cluster.create(podEvent('a.1', {}, 'shop-2'));
    cluster.create(podEvent('b.1', {}, 'shop'));
    expect(await take(stream, 1)).toEqual(['ADDED b.1 302']);
  });

  it('shows an object that starts or stops to match a selector as added or deleted', async () => {
    const cluster = await start();
    const pod = (phase: string) => ({ metadata: { name: 'p', namespace: 'shop' }, status: { phase } });
    cluster.apply('pods', pod('Pending'));
    const path = (query = '') => `/api/v1/pods?${query}`;
    const stream = await watch(cluster, 'resourceVersion=301&fieldSelector=status.phase%3DRunning', undefined, path);
    for (const phase of ['Running', 'Running', 'Failed', 'Running']) cluster.apply('pods', pod(phase));
    cluster.remove('pods', { namespace: 'shop', name: 'p' });
    expect((await take(stream, 5)).map((line) => line.split(' ')[0])).toEqual([
      'ADDED',
      'MODIFIED',
      'DELETED',
      'ADDED',
      'DELETED',
    ]);
  });

  it('ends properly after timeoutSeconds, without a byte when nothing happened', async () => {
    const cluster = await start();
    const stream = await watch(cluster, 'resourceVersion=300&timeoutSeconds=1');
    expect(await stream.rest()).toEqual({ text: '', isComplete: true });
  });

  it('of a version of the future is silent until that is reached, because the real one is', async () => {
    const cluster = await start();
    const stream = await watch(cluster, 'resourceVersion=302');
    cluster.create(podEvent('a.1'));
    cluster.create(podEvent('b.1'));
    cluster.create(podEvent('c.1'));
    expect(await take(stream, 1)).toEqual(['ADDED c.1 303']);
  });

  it('serves the core API with the same changes', async () => {
    const cluster = await start();
    const stream = await watch(cluster, 'resourceVersion=300', undefined, (query = '') => `/api/v1/events?${query}`);
    cluster.create(podEvent('a.1'));
    const line = await stream.next();
    expect(Object.keys(line.object)).toEqual([
      'kind',
      'apiVersion',
      'metadata',
      'involvedObject',
      'reason',
      'message',
      'source',
      'firstTimestamp',
      'lastTimestamp',
      'count',
      'type',
      'eventTime',
      'reportingComponent',
      'reportingInstance',
    ]);
  });
});

describe('expiry', () => {
  it('deletes what was not written for its time to live, all in one version', async () => {
    let now = Date.parse('2026-11-20T13:00:00Z');
    const cluster = await start({ eventTtlMs: 60_000, now: () => now });
    cluster.create(podEvent('a.1'));
    cluster.create(podEvent('b.1'));
    cluster.create(podEvent('c.1'));
    const stream = await watch(cluster, `resourceVersion=${cluster.resourceVersion}`);
    now += 30_000;
    cluster.bump({ namespace: 'shop', name: 'b.1' });
    now += 31_000;
    expect(await take(stream, 3)).toEqual(['MODIFIED b.1 304', 'DELETED a.1 305', 'DELETED c.1 305']);
    expect(cluster.eventCount).toBe(1);
  });

  it('can be asked for at once', async () => {
    const cluster = await start();
    cluster.create(podEvent('a.1'));
    cluster.create(podEvent('b.1'));
    expect(cluster.expire(({ name }) => name === 'a.1')).toBe(1);
    expect((await list(cluster)).items.map((item) => item.metadata.name)).toEqual(['b.1']);
  });
});

describe('bookmarks', () => {
  it('are never sent for events by a stock server, however much a client asks', async () => {
    const cluster = await start();
    const stream = await watch(cluster, 'resourceVersion=300&allowWatchBookmarks=true&timeoutSeconds=1');
    expect((await stream.rest()).text).toBe('');
  });

  it('come at their interval and at the end of a timed watch, with the typed zero fields', async () => {
    const cluster = await start({ bookmarkIntervalMs: 300 });
    cluster.create(podEvent('a.1'));
    const stream = await watch(cluster, 'resourceVersion=301&allowWatchBookmarks=true&timeoutSeconds=1');
    cluster.apply('nodes', { metadata: { name: 'n' } });
    const lines = (await stream.rest()).text.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines.at(-1)).toBe(
      '{"type":"BOOKMARK","object":{"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"resourceVersion":"302"},' +
        '"eventTime":null,"regarding":{},"deprecatedSource":{},"deprecatedFirstTimestamp":null,"deprecatedLastTimestamp":null}}',
    );
  });

  it('are not sent to who did not ask', async () => {
    const cluster = await start({ bookmarkIntervalMs: 100 });
    const stream = await watch(cluster, 'resourceVersion=300&timeoutSeconds=1');
    expect((await stream.rest()).text).toBe('');
  });
});

describe('a streaming list', () => {
  const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

  it('sends what exists, a bookmark that says so, and then the changes', async () => {
    const cluster = await start();
    cluster.create(podEvent('b.1'));
    cluster.create(podEvent('a.1'));
    const stream = await watch(cluster, query);
    expect(await take(stream, 2)).toEqual(['ADDED a.1 302', 'ADDED b.1 301']);
    const end = await stream.next();
    expect(end).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: '302', annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
    cluster.create(podEvent('c.1'));
    expect(await take(stream, 1)).toEqual(['ADDED c.1 303']);
  });

  it('marks the end of nothing, too', async () => {
    const cluster = await start();
    const stream = await watch(cluster, query, 'nowhere');
    expect((await stream.next()).object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('can be unknown to the server', async () => {
    const cluster = await start({ watchList: false });
    const response = await ask(cluster, eventsPath(`watch=1&${query}`));
    expect(response.status).toBe(422);
    expect((await json(response)).message).toContain('unless the WatchList feature gate is enabled');
  });
});

describe('a watch from a version that is compacted', () => {
  async function stale(staleForm: 'line' | 'http' | 'empty') {
    const cluster = await start({ staleForm });
    cluster.create(podEvent('a.1'));
    cluster.create(podEvent('b.1'));
    cluster.compact();
    return watch(cluster, 'resourceVersion=301');
  }

  it('gets an ERROR line with code 410 inside a 200', async () => {
    const stream = await stale('line');
    expect(stream.response.statusCode).toBe(200);
    expect((await stream.rest()).text).toBe(
      '{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",' +
        '"message":"The resourceVersion for the provided watch is too old.","reason":"Expired","code":410}}\n',
    );
  });

  it('or a plain HTTP 410', async () => {
    const stream = await stale('http');
    expect(stream.response.statusCode).toBe(410);
    expect((await stream.rest()).text).toContain('"reason":"Expired"');
  });

  it('or an empty 200 that closes at once', async () => {
    const stream = await stale('empty');
    expect(stream.response.statusCode).toBe(200);
    expect(await stream.rest()).toEqual({ text: '', isComplete: true });
  });

  it('is what happens when more changed than the server keeps', async () => {
    const cluster = await start({ historyLimit: 100 });
    const stream = await watch(cluster, 'resourceVersion=300');
    await burst(cluster, 50);
    expect((await stream.next()).object.metadata.resourceVersion).toBe('301');
    await burst(cluster, 300, { from: 50 });
    const late = await watch(cluster, 'resourceVersion=301');
    expect((await late.next()).object.code).toBe(410);
    stream.close();
  });
});

describe('a slow watcher', () => {
  it('costs no memory, and is sent away once it is too far behind', async () => {
    const cluster = await start({ maxWatchLag: 2000, watchBufferBytes: 64 * 1024 });
    const stream = await watch(cluster, `resourceVersion=${cluster.resourceVersion}`);
    stream.response.pause();
    await until(() => cluster.watcherCount === 1);
    await burst(cluster, 20_000);
    stream.response.resume();
    const { text, isComplete } = await stream.rest();
    const lines = text.trimEnd().split('\n');
    expect(isComplete).toBe(true);
    expect(lines.length).toBeLessThan(20_000);
    expect(lines.at(-1)).toContain('"code":410');
    // Nothing was left out before the end: what it got is gapless.
    const versions = lines.slice(0, -1).map((line) => Number(JSON.parse(line).object.metadata.resourceVersion));
    expect(versions).toEqual(versions.map((_version, at) => 301 + at));
  });

  it('gets everything when it is only slow', async () => {
    const cluster = await start({ watchBufferBytes: 64 * 1024 });
    const stream = await watch(cluster, `resourceVersion=${cluster.resourceVersion}&timeoutSeconds=3`);
    stream.response.pause();
    await burst(cluster, 20_000);
    await sleep(200);
    stream.response.resume();
    expect((await stream.rest()).text.trimEnd().split('\n')).toHaveLength(20_000);
  });
});
