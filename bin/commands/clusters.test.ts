import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { kef } from '../kef.ts';

const gap = { from: '2026-11-20T10:00:00Z', to: '2026-11-20T11:00:00Z', reason: 'spool full', dropped: 120 };
const cluster = {
  cluster: 'prod',
  lastHeartbeat: new Date().toISOString(),
  silentSeconds: 3,
  lagSeconds: 2,
  accepted: 100,
  rejected: 1,
  batches: 4,
  relay: { version: '0.1.0' },
  gaps: { count: 1, dropped: 120, last: [gap] },
};
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items: [cluster] }));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  server.close();
});

test('kef clusters shows what a relay lost: how much, when and why', async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'test');
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(console, 'log').mockImplementation((text) => void printed.push(String(text)));
  // An HTTP server's address is an AddressInfo.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await kef().parseAsync(['clusters', '--api-url', url, '--region', 'us-east-1'], { from: 'user' });
  expect(printed.join('')).toMatch(/prod .* 100 +1 +1 +120 +2026-11-20T10:00:00Z to 2026-11-20T11:00:00Z: spool full/);
});
