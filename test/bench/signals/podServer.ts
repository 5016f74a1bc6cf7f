import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An API server with many pods and no events, a process of its own: lists them in pages, and then sends `changes` of them as
 * fast as they are read. One pod in `oneKilledIn` was killed for memory. Speaks to its parent over IPC.
 */
const { pods, changes, oneKilledIn }: { pods: number; changes: number; oneKilledIn: number } = JSON.parse(
  process.argv[2] ?? '{}',
);
const pageSize = 500;
const version = 1_000_000;
/** What makes real pods large: who wrote which field, volumes, environment, conditions. */
const fields = JSON.stringify({ 'f:status': { 'f:containerStatuses': {}, 'f:podIPs': {}, 'f:startTime': {} } });
const filler = Array.from({ length: 56 }, (_, index) => ({
  name: `SETTING_${index}`,
  value: `a value of some length for the setting ${index}, ${fields}`,
}));

function pod(index: number, at: number): string {
  const killed = {
    terminated: {
      exitCode: 137,
      reason: 'OOMKilled',
      startedAt: time,
      finishedAt: time,
      containerID: `containerd://${index}`,
    },
  };
  const isKilled = index % oneKilledIn === 0;
  return JSON.stringify({
    metadata: {
      name: `web-${index}`,
      namespace: `team-${index % 50}`,
      uid: `uid-${index}`,
      resourceVersion: String(at),
      creationTimestamp: time,
    },
    spec: {
      nodeName: `node-${index % 500}`,
      containers: [{ name: 'app', image: 'registry.example/app:1', env: filler }],
    },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'app',
          restartCount: isKilled ? 1 : 0,
          state: { running: { startedAt: time } },
          lastState: isKilled ? killed : {},
        },
      ],
    },
  });
}
const time = `${new Date(Date.now() - 600_000).toISOString().slice(0, 19)}Z`;

function list(response: ServerResponse, from: number, count: number, total: number): void {
  const items = Array.from({ length: Math.min(count, total - from) }, (_, at) => pod(from + at, 1 + from + at));
  const next = from + items.length < total ? `,"continue":"${from + items.length}"` : '';
  response.end(`{"kind":"PodList","metadata":{"resourceVersion":"${version}"${next}},"items":[${items.join(',')}]}`);
}

async function watch(response: ServerResponse): Promise<void> {
  for (let at = 0; at < changes; at += 1) {
    const line = `{"type":"MODIFIED","object":${pod(at % pods, version + 1 + at)}}\n`;
    if (!response.write(line)) await new Promise((resolve) => response.once('drain', resolve));
  }
  process.send?.({ type: 'poured' });
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const isPods = url.pathname.endsWith('/pods');
  if (url.searchParams.get('watch') !== null) {
    response.flushHeaders();
    if (isPods) void watch(response);
    return;
  }
  if (!isPods) response.end(`{"kind":"EventList","metadata":{"resourceVersion":"${version}"},"items":[]}`);
  else
    list(
      response,
      Number(url.searchParams.get('continue') ?? 0),
      Number(url.searchParams.get('limit') ?? pageSize),
      pods,
    );
});
// A TCP server that listens has an address with a port.
server.listen(0, '127.0.0.1', () => process.send?.({ type: 'port', port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
