import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ControlPlane, stop } from '../controlPlane.ts';
import type { KubeClient } from '../kubeClient.ts';

/** Programs a churn needs beside the API server. */
export const programs = ['kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

const nodes = 20;
/** Fewer than the 25 events that a recorder writes about one object before it slows down. */
const podsPerJob = 12;
const jobsAtOnce = 40;
const stages = fileURLToPath(new URL('stages.yaml', import.meta.url));

interface JobList {
  readonly items: readonly { readonly status?: { readonly completionTime?: string } }[];
}

/**
 * Runs jobs on simulated nodes until the API server has `target` events: their controller, the scheduler and kwok write them,
 * each with the recorder it has in production. Everything is at rest when it returns.
 */
export async function churnUntil(target: number, namespace: string, plane: ControlPlane): Promise<void> {
  const children = await startPrograms(plane);
  try {
    for (let index = 0; index < nodes; index += 1) await plane.client.call('POST', '/api/v1/nodes', nodeOf(index));
    let made = 0;
    let events = 0;
    const deadline = Date.now() + 20 * 60_000;
    while (events < target) {
      if (Date.now() > deadline) throw new Error(`the churn brought ${events} of ${target} events in 20 minutes`);
      const jobs = (await plane.client.call('GET', jobsPath(namespace))) as unknown as JobList;
      const active = jobs.items.filter(({ status }) => status?.completionTime === undefined).length;
      const room = Math.max(0, jobsAtOnce - active);
      for (let index = 0; index < room; index += 1) {
        made += 1;
        await plane.client.call('POST', jobsPath(namespace), jobOf(made));
      }
      events = await countEvents(plane.client);
      await sleep(500);
    }
  } finally {
    for (const child of children) await stop(child, 'SIGKILL');
  }
}

/** Every event the API server has. */
export async function* everyEvent(client: KubeClient): AsyncGenerator<Record<string, unknown>> {
  let token = '';
  do {
    const query = `limit=500${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`;
    const page = await client.call('GET', `/apis/events.k8s.io/v1/events?${query}`);
    yield* page.items as Record<string, unknown>[];
    token = String((page.metadata as { continue?: string }).continue ?? '');
  } while (token !== '');
}

async function countEvents(client: KubeClient): Promise<number> {
  const { metadata } = await client.call('GET', '/api/v1/events?limit=1');
  return 1 + Number((metadata as { remainingItemCount?: number }).remainingItemCount ?? 0);
}

async function startPrograms(plane: ControlPlane) {
  const kubeconfig = path.join(plane.directory, 'admin.kubeconfig');
  await writeFile(kubeconfig, plane.adminKubeconfig, { mode: 0o600 });
  const config = path.join(plane.directory, 'stages.yaml');
  await writeFile(config, await readFile(stages));
  const common = [`--kubeconfig=${kubeconfig}`, '--kube-api-qps=2000', '--kube-api-burst=4000'];
  const serving = ['--secure-port=0', '--leader-elect=false'];
  const controllers = '--controllers=job-controller,ttl-after-finished-controller,garbage-collector-controller';
  return [
    plane.start('kube-controller-manager', [...common, ...serving, controllers, '--concurrent-job-syncs=20']),
    plane.start('kube-scheduler', [...common, ...serving]),
    plane.start('kwok', [`--kubeconfig=${kubeconfig}`, '--manage-all-nodes=true', `--config=${config}`]),
  ];
}

function jobsPath(namespace: string): string {
  return `/apis/batch/v1/namespaces/${namespace}/jobs`;
}

function nodeOf(index: number): Record<string, unknown> {
  const name = `node-${index}`;
  return { metadata: { name, labels: { 'kubernetes.io/hostname': name } } };
}

function jobOf(index: number): Record<string, unknown> {
  return {
    metadata: { name: `job-${index}` },
    spec: {
      parallelism: podsPerJob,
      completions: podsPerJob,
      ttlSecondsAfterFinished: 20,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1' }] } },
    },
  };
}
