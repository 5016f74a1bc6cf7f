import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A list/watch server for benchmarks: it costs next to nothing, because what it sends is prepared before anybody asks. One
 * HTTP chunk per event, as the real API server flushes them. Speaks to its parent over IPC.
 */
const [liveCount = 0, burstCount = 0, updates = 1] = process.argv.slice(2).map(Number);
let version = 1_000_000;
let clock = Date.now() - 60_000;

const components = ['kubelet', 'default-scheduler', 'replicaset-controller', 'node-controller'];
const allShapes: [type: string, reason: string, message: string][] = [
  [
    'Normal',
    'Pulled',
    'Successfully pulled image "registry.example.com/team/service:1.42.0" in 1.204s (1.204s including waiting)',
  ],
  [
    'Warning',
    'BackOff',
    'Back-off restarting failed container app in pod web-6d4cf56db6-abcde_shop(0b7c5d1e-6a3f-4b52-9e27-6f3c4d2b1a00)',
  ],
  [
    'Warning',
    'FailedScheduling',
    '0/12 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}, 9 Insufficient cpu. preemption: 0/12 nodes are available.',
  ],
  [
    'Warning',
    'Failed',
    'Failed to pull image: Get "https://user:hunter2secret@registry.example.com/v2/": token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijkl denied',
  ],
  [
    'Normal',
    'Scheduled',
    'Successfully assigned shop/web-6d4cf56db6-abcde to ip-10-0-42-17.us-west-2.compute.internal',
  ],
  ['Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
];

const shapes = process.argv.includes('--warnings') ? allShapes.filter(([type]) => type === 'Warning') : allShapes;

/** About 1.1 KB, managedFields included, as kubectl would show it. */
function event(index: number, count: number): string {
  version += 1;
  clock += 1;
  const [type, reason, message] = shapes[index % shapes.length] ?? ['Normal', 'None', ''];
  const time = new Date(clock).toISOString().replace(/\.\d+Z$/, 'Z');
  const pod = `web-${(index % 5000).toString(36).padStart(4, '0')}-${(index % 997).toString(36)}`;
  const id = index.toString(16).padStart(12, '0');
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: {
      name: `${pod}.${id}`,
      namespace: `team-${index % 40}`,
      uid: `5f0c2a1e-7b1d-4c0e-9a55-${id}`,
      resourceVersion: String(version),
      creationTimestamp: time,
      managedFields: [
        {
          manager: components[index % 4],
          operation: 'Update',
          apiVersion: 'v1',
          time,
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:count': {},
            'f:firstTimestamp': {},
            'f:involvedObject': {},
            'f:lastTimestamp': {},
            'f:message': {},
            'f:reason': {},
            'f:reportingComponent': {},
            'f:source': { 'f:component': {} },
            'f:type': {},
          },
        },
      ],
    },
    eventTime: null,
    reportingController: components[index % 4],
    reportingInstance: 'ip-10-0-42-17.us-west-2.compute.internal',
    reason,
    regarding: {
      kind: 'Pod',
      namespace: `team-${index % 40}`,
      name: pod,
      uid: `9d1f0c44-1111-4222-8333-${id}`,
      apiVersion: 'v1',
      resourceVersion: '9123456',
      fieldPath: 'spec.containers{app}',
    },
    note: message,
    type,
    deprecatedSource: { component: components[index % 4], host: 'ip-10-0-42-17.us-west-2.compute.internal' },
    deprecatedFirstTimestamp: time,
    deprecatedLastTimestamp: time,
    deprecatedCount: count,
  });
}

const pages: string[] = [];
const pageSize = 500;
for (let at = 0; at < liveCount; at += pageSize) {
  const items: string[] = [];
  for (let index = at; index < Math.min(at + pageSize, liveCount); index += 1) items.push(event(index, 1));
  pages.push(items.join(','));
}
const listVersion = String(version);

/** The burst as HTTP chunks, several events per buffer, each event its own chunk on the wire. */
const burst: Buffer[] = [];
let burstBytes = 0;
for (let at = 0; at < burstCount; ) {
  const lines: string[] = [];
  for (let n = 0; n < 64 && at < burstCount; n += 1, at += 1) {
    const update = at % updates;
    const line = `{"type":"${update === 0 ? 'ADDED' : 'MODIFIED'}","object":${event(1_000_000 + Math.floor(at / updates), update + 1)}}\n`;
    lines.push(`${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`);
    burstBytes += line.length;
  }
  burst.push(Buffer.from(lines.join('')));
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://x');
  if (url.searchParams.get('watch') === null) {
    const limit = Number(url.searchParams.get('limit') ?? 0);
    const at = Number(url.searchParams.get('continue') ?? 0);
    const items = limit === 1 ? '' : limit === 0 ? pages.join(',') : (pages[at] ?? '');
    const next = limit > 1 && at + 1 < pages.length ? `,"continue":"${at + 1}"` : '';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      `{"kind":"EventList","apiVersion":"events.k8s.io/v1","metadata":{"resourceVersion":"${listVersion}"${next}},"items":[${items}]}\n`,
    );
    return;
  }
  const socket = response.socket;
  if (socket === null) return;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  process.send?.({ type: 'watching' });
  if (process.argv.includes('--wait')) pending = () => void pour();
  else void pour();
  async function pour(): Promise<void> {
    // Straight to the socket: the chunks are framed already.
    for (const buffer of burst) {
      if (!socket?.writable) return;
      if (!socket.write(buffer)) await new Promise((resolve) => socket.once('drain', resolve));
    }
  }
});
let pending: (() => void) | undefined;
process.on('message', (message) => {
  if (message === 'pour') pending?.();
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({
    type: 'listening',
    port: (server.address() as AddressInfo).port,
    bytesPerEvent: burstCount === 0 ? 0 : Math.round(burstBytes / burstCount),
  });
});
