import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type Cluster, startCluster } from '../../local/cluster/index.ts';
import { openKubernetes } from './connection.ts';

let cluster: Cluster;
afterEach(async () => {
  vi.unstubAllEnvs();
  await cluster.close();
});

/** The status of a list by somebody whose kubeconfig names a file with a token in it. */
async function ask(token: string, prepare: (kubeconfig: string) => string | undefined) {
  cluster = await startCluster();
  const directory = mkdtempSync(path.join(tmpdir(), 'kef-token-'));
  const kubeconfig = path.join(directory, 'kubeconfig');
  writeFileSync(path.join(directory, 'token'), token);
  // The last `token` of a user that also has a file: it must not win.
  writeFileSync(kubeconfig, cluster.kubeconfig({ token: 'stale', tokenFile: 'token' }));
  const connection = openKubernetes({ kubeconfig: prepare(kubeconfig) });
  const options = { signal: AbortSignal.timeout(5_000), headTimeoutMs: 5_000 };
  try {
    return async () => {
      const response = await connection.get('/apis/events.k8s.io/v1/events?limit=1', options);
      response.resume();
      return { status: response.statusCode, reload: connection.reload, directory };
    };
  } finally {
    connection.close();
  }
}

test('a token file beside the kubeconfig is read, newline and all, and goes before a token', async () => {
  const send = await ask('demo-token\n', (file) => file);
  cluster.access.allow({ name: 'relay', token: 'demo-token', may: () => true });
  expect((await send()).status).toBe(200);
});

test('so is that of the default kubeconfig', async () => {
  const send = await ask('demo-token', (file) => {
    vi.stubEnv('KUBECONFIG', file);
    return undefined;
  });
  cluster.access.allow({ name: 'relay', token: 'demo-token', may: () => true });
  expect((await send()).status).toBe(200);
});

test('after a reload it is read anew at once', async () => {
  const send = await ask('old', (file) => file);
  cluster.access.allow({ name: 'relay', token: 'new', may: () => true });
  const { status, reload, directory } = await send();
  expect(status).toBe(401);
  writeFileSync(path.join(directory, 'token'), 'new');
  reload();
  expect((await send()).status).toBe(200);
});
