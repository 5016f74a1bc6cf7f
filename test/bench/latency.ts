/**
 * Time from an Event's creation at the API server to its entry on the event bus, through the whole local system.
 *
 *   node test/bench/latency.ts [events per second = 100] [seconds = 30]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster } from '../../lib/local/cluster/index.ts';
import { startRelayProcess } from '../../lib/local/relayProcess.ts';
import { startLocalCloud } from '../../lib/local/startLocalCloud.ts';
import { synthesize } from '../../lib/local/synth.ts';

const rate = Number(process.argv[2] ?? 100);
const seconds = Number(process.argv[3] ?? 30);
const clusterId = 'bench';

const directory = await mkdtemp(path.join(tmpdir(), 'kef-latency-'));
const { cdkOut } = await synthesize({ clusterId, cacheDir: path.join(tmpdir(), 'kef-bench-cache') });
const cloud = await startLocalCloud({ cdkOut, clusterId });
const cluster = await startCluster();
const kubeconfig = path.join(directory, 'kubeconfig');
await writeFile(kubeconfig, cluster.kubeconfig());

const createdAt = new Map<string, number>();
const latencies: number[] = [];
cloud.on((event) => {
  if (event.type !== 'published') return;
  const name = /"involved_name":"(p-\d+)"/.exec(event.entry.Detail)?.[1];
  const start = name === undefined ? undefined : createdAt.get(name);
  if (start !== undefined) latencies.push(performance.now() - start);
});

const relay = await startRelayProcess({ api: cloud, kubeconfig, onWarning: (text) => console.error(text) });
await until(() => cluster.watcherCount > 0);

const total = rate * seconds;
const start = performance.now();
for (let number = 0; number < total; number += 1) {
  const due = start + (number * 1000) / rate;
  if (due > performance.now()) await delay(due - performance.now());
  createWarning(number);
}
await until(() => latencies.length >= total, 20_000);
await relay.stop();
await cloud.drain();
await cloud.close();
await cluster.stop();
await rm(directory, { recursive: true, force: true });

latencies.sort((a, b) => a - b);
const quantile = (q: number) =>
  Math.round(latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? Number.NaN);
console.log(`${total} events at ${rate}/s, ${latencies.length} on the bus`);
console.log(
  `creation to bus entry, ms: p50 ${quantile(0.5)}, p99 ${quantile(0.99)}, max ${quantile(1)} (relay linger 200 ms)`,
);
if (latencies.length !== total) process.exitCode = 1;

/** Every event opens an incident of its own; namespaces keep each group below the storm limit. */
function createWarning(number: number): void {
  const name = `p-${number}`;
  const namespace = `ns-${number % 100}`;
  const now = new Date().toISOString();
  createdAt.set(name, performance.now());
  cluster.create({
    metadata: { name: `${name}.1`, namespace },
    type: 'Warning',
    reason: 'FailedMount',
    note: `MountVolume.SetUp failed for volume "config" : configmap "settings-${number}" not found`,
    regarding: { kind: 'Pod', namespace, name },
    reportingController: 'kubelet',
    deprecatedFirstTimestamp: now,
    deprecatedLastTimestamp: now,
    deprecatedCount: 1,
  });
}

async function until(condition: () => boolean, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition() && performance.now() < deadline) await delay(20);
}
