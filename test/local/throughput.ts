/**
 * How fast the local cloud takes events from the API to the bus: `node test/local/throughput.ts [EVENTS] [DATA_DIR]`. One event in
 * five is a warning that reaches route, spread over 200 pods, as on a cluster with trouble; batches of 200, two in flight.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createSignedFetch } from '../../lib/api/signedFetch.ts';
import { startLocalCloud } from '../../lib/local/startLocalCloud.ts';
import { synthesize } from '../../lib/local/synth.ts';

const [countText = '10000', dataDir] = process.argv.slice(2);
const count = Number(countText);
const batchSize = 200;
const firstSeen = Date.now() - count;

function event(index: number): object {
  const isWarning = index % 5 === 0;
  const pod = `web-${index % 200}`;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: `${pod}.${index}`,
      namespace: 'shop',
      uid: `uid-${index}`,
      creationTimestamp: new Date(firstSeen).toISOString(),
    },
    eventTime: new Date(firstSeen + index).toISOString().replace('Z', '000Z'),
    regarding: { kind: 'Pod', namespace: 'shop', name: pod, uid: `pod-${pod}` },
    reason: isWarning ? 'BackOff' : 'Pulled',
    note: isWarning
      ? 'Back-off restarting failed container app in pod'
      : 'Container image "registry/app:1" already present on machine',
    type: isWarning ? 'Warning' : 'Normal',
    reportingController: 'kubelet',
    reportingInstance: 'node-1',
    action: 'Running',
  };
}
const batches = Array.from({ length: Math.ceil(count / batchSize) }, (_, batch) =>
  gzipSync(
    JSON.stringify({ events: Array.from({ length: batchSize }, (_each, index) => event(batch * batchSize + index)) }),
  ),
);

const { cdkOut } = await synthesize({ clusterId: 'demo', cacheDir: join(tmpdir(), 'kef-throughput') });
const startedAt = performance.now();
const cloud = await startLocalCloud({ cdkOut, clusterId: 'demo', ...(dataDir === undefined ? {} : { dataDir }) });
const started = performance.now();
const cpuBefore = process.cpuUsage();
const post = createSignedFetch({ region: cloud.region, credentials: cloud });
async function send(): Promise<void> {
  for (let body = batches.shift(); body !== undefined; body = batches.shift()) {
    const response = await post(`${cloud.url}/v1/clusters/demo/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.kube-events.batch.v1+gzip' },
      body: new Uint8Array(body),
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }
}
await Promise.all([send(), send()]);
const stored = performance.now();
await cloud.drain();
const drained = performance.now();
const cpu = process.cpuUsage(cpuBefore);
const perSecond = (until: number): number => Math.round((count / (until - started)) * 1000);
console.log({
  startMs: Math.round(started - startedAt),
  storedPerSecond: perSecond(stored),
  throughPerSecond: perSecond(drained),
  cpuMsPerEvent: Number(((cpu.user + cpu.system) / 1000 / count).toFixed(2)),
  rssMb: Math.round(process.memoryUsage().rss / 1e6),
  ...cloud.totals(),
});
await cloud.close();
