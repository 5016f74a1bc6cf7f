import {
  ApiException,
  CoreV1Api,
  type CoreV1Event,
  EventsV1Api,
  type EventsV1Event,
  KubeConfig,
  makeInformer,
  VersionApi,
  Watch,
} from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { selfSignedCertificate } from '../../lib/local/cluster/selfSignedCertificate.ts';
import { podEvent, until } from './client.ts';

/** The official client is an independent reader: what it understands is Kubernetes, whoever wrote it. */
let cluster: Cluster;
let config: KubeConfig;
beforeEach(async () => {
  cluster = await startCluster({ tls: selfSignedCertificate() });
  config = configOf(cluster.kubeconfig());
});
afterEach(() => cluster.close());

function configOf(yaml: string): KubeConfig {
  const read = new KubeConfig();
  read.loadFromString(yaml);
  return read;
}

describe('the official client, over HTTPS with the kubeconfig of the demo cluster,', () => {
  it('lists in both groups and reads the times', async () => {
    cluster.create(podEvent('a.1'));
    const core = await config.makeApiClient(CoreV1Api).listNamespacedEvent({ namespace: 'shop' });
    const ours = await config.makeApiClient(EventsV1Api).listEventForAllNamespaces();
    expect(core.items[0]?.lastTimestamp).toEqual(new Date('2026-11-20T13:00:00Z'));
    expect(ours.items[0]?.deprecatedLastTimestamp).toEqual(core.items[0]?.lastTimestamp);
    expect(ours.items[0]?.metadata?.uid).toBe(core.items[0]?.metadata?.uid);
    expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toMatch(/^v1\.\d+/);
  });

  it('reads page after page with its own continue handling', async () => {
    for (let at = 0; at < 25; at += 1) cluster.create(podEvent(`e.${at}`));
    const api = config.makeApiClient(EventsV1Api);
    const seen: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await api.listEventForAllNamespaces({ limit: 10, ...(token ? { _continue: token } : {}) });
      seen.push(...page.items.map((item) => item.metadata?.name));
      token = page.metadata?._continue;
    } while (token);
    expect(new Set(seen).size).toBe(25);
  });

  it('gets refusals as Status objects', async () => {
    cluster.access.allow({ name: 'nobody', token: 'nobody', may: () => false });
    const api = configOf(cluster.kubeconfig({ token: 'nobody' })).makeApiClient(CoreV1Api);
    const refusal = await api.listEventForAllNamespaces().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ApiException);
    expect((refusal as ApiException<string>).code).toBe(403);
  });

  it('watches', async () => {
    const seen: string[] = [];
    const controller = await new Watch(config).watch(
      '/apis/events.k8s.io/v1/events',
      { resourceVersion: cluster.resourceVersion, allowWatchBookmarks: true },
      (type, object: EventsV1Event) => seen.push(`${type} ${object.metadata?.name} ${object.deprecatedCount}`),
      () => {},
    );
    const event = cluster.create(podEvent('a.1'));
    cluster.bump(event, { by: 4 });
    cluster.delete(event);
    await until(() => seen.length === 3);
    expect(seen).toEqual(['ADDED a.1 1', 'MODIFIED a.1 5', 'DELETED a.1 5']);
    controller.abort();
  });

  it('keeps an informer in step, over a disconnection and an expired version', async () => {
    const api = config.makeApiClient(CoreV1Api);
    cluster.create(podEvent('a.1'));
    const informer = makeInformer<CoreV1Event>(config, '/api/v1/events', () => api.listEventForAllNamespaces());
    const errors: unknown[] = [];
    informer.on('error', (error) => {
      errors.push(error);
      setTimeout(() => informer.start(), 50);
    });
    const names = () =>
      informer
        .list()
        .map((event) => event.metadata?.name)
        .sort();
    await informer.start();
    await until(() => cluster.watcherCount === 1);
    cluster.create(podEvent('b.1'));
    await until(() => names().length === 2);

    // While it is away the version that it would resume from is compacted.
    const restore = cluster.access.deny(({ verb }) => verb === 'watch');
    cluster.disconnect('end');
    cluster.delete({ namespace: 'shop', name: 'a.1' });
    cluster.create(podEvent('c.1'));
    cluster.compact();
    restore();
    await until(() => names().join() === 'b.1,c.1', 10_000);
    await informer.stop();
  });
});

describe('a certificate', () => {
  it('that expired, or names another host, is refused by clients', async () => {
    const expired = selfSignedCertificate({ notAfter: new Date(Date.now() - 1000) });
    const foreign = selfSignedCertificate({ hosts: ['kubernetes.default.svc'] });
    for (const [tls, reason] of [
      [expired, 'CERT_HAS_EXPIRED'],
      [foreign, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ] as const) {
      const other = await startCluster({ tls });
      const api = configOf(other.kubeconfig()).makeApiClient(CoreV1Api);
      const failure = await api.listEventForAllNamespaces().catch((error: unknown) => error);
      expect(JSON.stringify(causes(failure))).toContain(reason);
      await other.close();
    }
  });
});

function causes(error: unknown): unknown[] {
  if (!(error instanceof Error)) return [];
  return [{ message: error.message, code: 'code' in error ? error.code : undefined }, ...causes(error.cause)];
}
