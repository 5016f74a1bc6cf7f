import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, startCluster } from '../../../lib/local/cluster/index.ts';
import { startRelayProcess } from '../../../lib/local/relayProcess.ts';
import { startLocalCloud } from '../../../lib/local/startLocalCloud.ts';
import { synthesize } from '../../../lib/local/synth.ts';
import type { Results } from '../results.ts';
import { tapPosts } from './postTap.ts';

/** Moments of one event, on the clock of `performance.now`. */
interface Journey {
  readonly createdAt: number;
  postedAt?: number;
  answeredAt?: number;
  publishedAt?: number;
}

const clusterId = 'bench';
/** What `startRelayProcess` configures. */
const lingerMs = 200;

/** Sends events through the whole local system at an even pace, and notes when each passes which stage. */
export async function measureJourney(perSecond: number, seconds: number): Promise<NonNullable<Results['journey']>> {
  const [load = 0] = loadavg();
  const directory = await mkdtemp(path.join(tmpdir(), 'kef-bench-journey-'));
  const { cdkOut } = await synthesize({ clusterId, cacheDir: path.join(directory, 'synth') });
  const cloud = await startLocalCloud({ cdkOut, clusterId });
  const cluster = await startCluster();
  const kubeconfig = path.join(directory, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig());
  const journeys = new Map<string, Journey>();
  const tap = await tapPosts(
    cloud.url,
    /"regarding":\{[^}]*"name":"(pod\d+x)"/g,
    ({ names, arrivedAt, answeredAt }) => {
      for (const name of names) Object.assign(journeys.get(name) ?? {}, { postedAt: arrivedAt, answeredAt });
    },
  );
  let arrived = 0;
  cloud.on((event) => {
    if (event.type !== 'published') return;
    const journey = journeys.get(/"involved_name":"(pod\d+x)"/.exec(event.entry.Detail)?.[1] ?? '');
    if (journey === undefined || journey.publishedAt !== undefined) return;
    journey.publishedAt = performance.now();
    arrived += 1;
  });
  const relay = await startRelayProcess({
    api: { ...cloud, url: tap.url },
    kubeconfig,
    onWarning: (text) => console.error(text),
  });
  try {
    await until(() => cluster.watcherCount > 0);
    const events = perSecond * seconds;
    const start = performance.now();
    for (let number = 0; number < events; number += 1) {
      const wait = start + (number * 1_000) / perSecond - performance.now();
      if (wait > 0) await delay(wait);
      journeys.set(`pod${number}x`, { createdAt: performance.now() });
      create(cluster, number);
    }
    await until(() => arrived >= events);
    return {
      measuredAt: new Date().toISOString(),
      load,
      perSecond,
      events,
      arrived,
      lingerMs,
      stages: stagesOf([...journeys.values()]),
    };
  } finally {
    await relay.stop();
    tap.close();
    await cloud.drain();
    await cloud.close();
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function stagesOf(journeys: readonly Journey[]): NonNullable<Results['journey']>['stages'] {
  const stage = (name: string, from: keyof Journey, to: keyof Journey) => {
    const times = journeys
      .map((journey) => [journey[from], journey[to]])
      .filter((pair): pair is [number, number] => pair.every((time) => time !== undefined))
      // The stream hands an event on while its batch is still being answered.
      .map(([begin, end]) => Math.max(0, end - begin))
      .sort((a, b) => a - b);
    const quantile = (q: number): number => times[Math.min(times.length - 1, Math.floor(q * times.length))] ?? 0;
    return { name, p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: quantile(1) };
  };
  return [
    stage('relay: creation to POST', 'createdAt', 'postedAt'),
    stage('API and ingest: POST to answer', 'postedAt', 'answeredAt'),
    stage('stream and route: answer to bus', 'answeredAt', 'publishedAt'),
    stage('all: creation to bus', 'createdAt', 'publishedAt'),
  ];
}

/** Every event opens an incident of its own: no controller names pods like this; namespaces keep each group below the storm limit. */
function create(cluster: Cluster, number: number): void {
  const name = `pod${number}x`;
  const namespace = `ns-${number % 100}`;
  const now = new Date().toISOString();
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
