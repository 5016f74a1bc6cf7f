import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvent } from '../../lib/events/readEvent.ts';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { burst, giantEvent, repeat, sampleName, steady } from '../../lib/local/cluster/loadGenerator.ts';
import { sampleEvent } from '../../lib/local/cluster/sampleEvent.ts';
import { list, until, watch } from './client.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await startCluster({ now: () => Date.parse('2026-11-20T13:00:00Z') });
});
afterEach(() => cluster.close());

describe('generated events', () => {
  it('are, made the fast way, what the server makes of their manifests', async () => {
    const now = () => Date.parse('2026-11-20T13:00:00Z');
    const slow = await startCluster({ now });
    await burst(cluster, 200, { now });
    for (let number = 0; number < 200; number += 1) slow.create(sampleEvent(number, { now }));
    expect((await list(cluster)).items).toEqual((await list(slow)).items);
    await slow.close();
  });

  it('are different, realistic, and 1 to 1.4 KB on the wire', async () => {
    await burst(cluster, 1000);
    const stream = await watch(cluster, 'resourceVersion=300&timeoutSeconds=1');
    const lines = (await stream.rest()).text.trimEnd().split('\n');
    expect(lines).toHaveLength(1000);
    const records = lines.map((line) => readEvent(JSON.parse(line).object));
    expect(new Set(records.map((record) => `${record.namespace}/${record.name}`)).size).toBe(1000);
    expect(new Set(records.map((record) => record.uid)).size).toBe(1000);
    expect(new Set(records.map((record) => record.reason)).size).toBeGreaterThan(7);
    const mean = lines.reduce((sum, line) => sum + line.length, 0) / 1000;
    expect(mean).toBeGreaterThan(1000);
    expect(mean).toBeLessThan(1400);
  });

  it('differ between seeds and between bursts', async () => {
    await burst(cluster, 100);
    await burst(cluster, 100, { from: 100 });
    await burst(cluster, 100, { seed: 2 });
    expect(cluster.eventCount).toBe(300);
  });

  it.each([76_000, 300_000, 1_000_000])('can be giants of %i bytes', async (bytes) => {
    cluster.create(giantEvent(bytes, 3));
    const stream = await watch(cluster, 'resourceVersion=300&timeoutSeconds=1');
    const { text } = await stream.rest();
    expect(Math.abs(text.length / bytes - 1)).toBeLessThan(0.03);
  });
});

describe('load', () => {
  it('comes at a steady rate, and the number is right in the end', async () => {
    const begin = performance.now();
    expect(await steady(cluster, 500, 1000)).toBe(500);
    const seconds = (performance.now() - begin) / 1000;
    expect(cluster.eventCount).toBe(500);
    expect(seconds).toBeGreaterThan(0.9);
  });

  it('repeats events round by round', async () => {
    await burst(cluster, 100);
    const names = Array.from({ length: 100 }, (_, number) => sampleName(number));
    await repeat(cluster, names, 10);
    const records = (await list(cluster)).items.map((item) => readEvent(item));
    expect(records.map((record) => record.count)).toEqual(Array(100).fill(11));
    expect(cluster.resourceVersion).toBe(String(300 + 100 + 1000));
  });

  it('reaches a watcher in full while it is made', async () => {
    const stream = await watch(cluster, `resourceVersion=${cluster.resourceVersion}`);
    await until(() => cluster.watcherCount === 1);
    await burst(cluster, 20_000);
    for (let version = 301; version <= 20_300; version += 1) {
      expect((await stream.next()).object.metadata.resourceVersion).toBe(String(version));
    }
    stream.close();
  });
});
