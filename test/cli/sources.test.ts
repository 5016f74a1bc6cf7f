import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { runKef, startLocalRun, warningEvent } from './localRun.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kef-sources-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function kubeconfigOf(cluster: Cluster): Promise<string> {
  const file = path.join(directory, `kubeconfig-${cluster.port}`);
  await writeFile(file, cluster.kubeconfig());
  return file;
}

describe('kef local with a cluster', () => {
  it('shows the demo cluster when nothing else answers, from crash loop to page', async () => {
    const run = await startLocalRun('--source', 'demo', '--speed', '20');
    const notified = await run.line(
      ({ type, subject }) => type === 'notified' && String(subject).includes('CrashLoop'),
    );
    expect(notified.message).toContain('Back-off restarting failed container');
    const { totals, code } = await run.stop();
    expect(code).toBe(0);
    expect(totals).toMatchObject({ refused: 0, waiting: 0 });
    expect(totals.in).toBeGreaterThan(20);
    expect(totals.in).toBe(totals.stored + totals.known);
    expect(totals.stored).toBe(totals.routine + totals.suppressed + totals.announced);
    expect(run.lines.filter(({ type }) => type === 'published')).toHaveLength(totals.published);
    expect(run.lines.filter(({ type }) => type === 'notified')).toHaveLength(totals.notified);
  });

  it("forwards a kubeconfig's cluster: what is there already, and what comes", async () => {
    const cluster = await startCluster();
    try {
      const old = new Date(Date.now() - 20 * 60_000).toISOString();
      cluster.create(
        warningEvent({
          metadata: { name: 'old.1', namespace: 'shop' },
          regarding: { kind: 'Pod', namespace: 'shop', name: 'old' },
          deprecatedFirstTimestamp: old,
          deprecatedLastTimestamp: old,
        }),
      );
      const run = await startLocalRun('--source', 'auto', '--kubeconfig', await kubeconfigOf(cluster));
      const backlog = await run.line(({ entry }) => JSON.stringify(entry ?? '').includes('/old/'));
      cluster.create(
        warningEvent({
          metadata: { name: 'fresh.1', namespace: 'shop' },
          regarding: { kind: 'Pod', namespace: 'shop', name: 'fresh' },
        }),
      );
      await run.line(({ type, subject }) => type === 'notified' && String(subject).includes('fresh'));
      const { totals } = await run.stop();
      expect(totals).toMatchObject({ in: 2, stored: 2, known: 0, refused: 0, published: 2, notified: 1 });
      // An hour-old list must not wake anybody at the first start.
      expect(JSON.parse((backlog.entry as { Detail: string }).Detail).labels).toMatchObject({ backlog: 'true' });
    } finally {
      await cluster.stop();
    }
  });

  it('keeps everything in --data: a second run continues where the first stopped', async () => {
    const cluster = await startCluster();
    const data = path.join(directory, 'data');
    try {
      const flags = ['--source', 'kubeconfig', '--kubeconfig', await kubeconfigOf(cluster), '--data', data];
      const create = (name: string) =>
        cluster.create(
          warningEvent({
            metadata: { name: `${name}.1`, namespace: 'shop' },
            regarding: { kind: 'Pod', namespace: 'shop', name },
          }),
        );
      const first = await startLocalRun(...flags);
      create('one');
      await first.line(({ type, subject }) => type === 'notified' && String(subject).includes('one'));
      expect((await first.stop()).totals).toMatchObject({ stored: 1, notified: 1 });

      create('two');
      const second = await startLocalRun(...flags);
      await second.line(({ type, subject }) => type === 'notified' && String(subject).includes('two'));
      const page = await second.fetch(`${second.ready.url}/v1/events?cluster=local&namespace=shop`);
      expect(((await page.json()) as { items: { name: string }[] }).items.map(({ name }) => name)).toEqual([
        'two',
        'one',
      ]);
      expect((await second.stop()).totals).toMatchObject({ stored: 1, notified: 1 });
    } finally {
      await cluster.stop();
    }
  });

  it('refuses a cluster that was asked for and does not answer', async () => {
    const cluster = await startCluster();
    const kubeconfig = await kubeconfigOf(cluster);
    await cluster.stop();
    const { code, stderr } = await runKef([
      'local',
      '--source',
      'kubeconfig',
      '--kubeconfig',
      kubeconfig,
      '--port',
      '0',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('KubernetesUnreachable');
  });

  it('names the contexts there are when one does not exist', async () => {
    const cluster = await startCluster();
    try {
      const kubeconfig = await kubeconfigOf(cluster);
      const { code, stderr } = await runKef(['local', '--kubeconfig', kubeconfig, '--context', 'prod', '--port', '0']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/no context 'prod'; it has \S+/);
    } finally {
      await cluster.stop();
    }
  });
});
