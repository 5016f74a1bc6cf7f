import { describe, expect, test } from 'vitest';
import { eventually, expectAccount, type RelayProcess } from './relayProcess.ts';
import { cluster, sink, start as startAny, useRig } from './rig.ts';

useRig();

const start = (settings: Record<string, unknown> = {}) =>
  startAny({ signals: { pods: true, nodes: true }, ...settings });

const minutesAgo = (minutes: number) => `${new Date(Date.now() - minutes * 60_000).toISOString().slice(0, 19)}Z`;
const running = { running: { startedAt: minutesAgo(0) } };
const killed = (id: string, minutes = 0) => ({
  terminated: {
    reason: 'OOMKilled',
    exitCode: 137,
    finishedAt: minutesAgo(minutes),
    containerID: `containerd://${id}`,
  },
});

function pod(name: string, status: Record<string, unknown>, namespace = 'shop') {
  return cluster.apply('pods', {
    metadata: { name, namespace },
    spec: { nodeName: 'n1', containers: [{ name: 'app', resources: { limits: { memory: '64Mi' } } }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'app', restartCount: 0, state: running, ...status }] },
  });
}

function node(name: string, status: 'True' | 'Unknown', minutes = 0) {
  const ready = { type: 'Ready', status, lastTransitionTime: minutesAgo(minutes), reason: 'NodeStatusUnknown' };
  return cluster.apply('nodes', { metadata: { name }, status: { conditions: [ready] } });
}

const event = (name: string) =>
  cluster.create({
    metadata: { name, namespace: 'shop' },
    regarding: { kind: 'Pod', namespace: 'shop', name: `pod-of-${name}` },
    reason: 'Unhealthy',
    type: 'Warning',
    note: 'Readiness probe failed',
    reportingController: 'kubelet',
  });

interface Told {
  readonly reason: string;
  readonly regarding: { readonly name: string };
}

/** `OOMKilled web`, with `(backlog)` behind what is no news, in order of arrival. */
function told(): string[] {
  return [...sink.stored.values()].map(({ raw, isBacklog }) => {
    const { reason, regarding } = raw as unknown as Told; // the relay made it
    return `${reason} ${regarding.name}${isBacklog ? ' (backlog)' : ''}`;
  });
}

/** Resolves when the relay has seen everything that was written so far. */
async function settled(relay: RelayProcess): Promise<void> {
  const marker = `marker-${cluster.resourceVersion}`;
  const last = pod(marker, {});
  await eventually('the watch of pods has come to the marker', async () => {
    const { signals } = await relay.status();
    const source = signals.find(({ resource }) => resource === 'pods')?.sources[0];
    return Number(source?.version) >= Number(last.resourceVersion);
  });
  event(marker);
  await eventually('what came before the marker is stored', () => told().includes(`Unhealthy pod-of-${marker}`));
}

const signalsTold = () => told().filter((text) => !text.includes('marker'));

describe('a container that is killed for memory', () => {
  test('is one occurrence, through all its states', async () => {
    const relay = await start();
    await settled(relay);
    pod('web', {});
    pod('web', { state: killed('a') });
    pod('web', { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: killed('a') });
    pod('web', { restartCount: 1, lastState: killed('a') });
    pod('web', { restartCount: 1, lastState: killed('a'), ready: true });
    await settled(relay);
    expect(signalsTold()).toEqual(['OOMKilled web']);
    expect(sink.counts.duplicates).toBe(0);
    await expectAccount(relay);
    const { status, body } = await relay.get('/metrics');
    expect(status).toBe(200);
    expect(body).toContain('kef_relay_signals_total{cluster_id="test",reason="OOMKilled"} 1');
    expect(body).toMatch(/kef_relay_read_bytes_total\{cluster_id="test",resource="pods"\} [1-9]/);
    expect((await relay.stop()).code).toBe(0);
  });

  test('is the same item after a lost place, a lost relay and the end of its pod', async () => {
    const relay = await start();
    pod('web', { restartCount: 1, lastState: killed('a') });
    await settled(relay);
    cluster.compact();
    cluster.disconnect();
    await settled(relay);
    expect(sink.counts.duplicates).toBe(0);
    await relay.stop();

    const next = await start();
    pod('web', { restartCount: 1, lastState: killed('a'), ready: true });
    cluster.remove('pods', { namespace: 'shop', name: 'web' });
    await settled(next);
    expect(signalsTold()).toEqual(['OOMKilled web']);
    await expectAccount(next);
  });

  test('is told when its pod is deleted in the same moment', async () => {
    const relay = await start();
    await settled(relay);
    pod('job', { state: killed('a') });
    cluster.remove('pods', { namespace: 'shop', name: 'job' });
    await settled(relay);
    expect(signalsTold()).toEqual(['OOMKilled job']);
  });

  test('is backlog when it happened long before anybody watched', async () => {
    pod('long-ago', { restartCount: 1, lastState: killed('a', 30) });
    pod('just-now', { restartCount: 1, lastState: killed('b', 1) });
    const relay = await start();
    await settled(relay);
    expect(signalsTold().sort()).toEqual(['OOMKilled just-now', 'OOMKilled long-ago (backlog)']);
  });

  test('is news when it happened while no relay was there', async () => {
    const relay = await start();
    await settled(relay);
    pod('before', { restartCount: 1, lastState: killed('a', 50) });
    await settled(relay);
    await relay.stop();
    pod('meanwhile', { restartCount: 1, lastState: killed('b', 20) });
    pod('yesterday', { restartCount: 1, lastState: killed('c', 24 * 60) });
    const next = await start();
    await settled(next);
    expect(signalsTold().sort()).toEqual(['OOMKilled before', 'OOMKilled meanwhile', 'OOMKilled yesterday (backlog)']);
  });

  test('waits for an API that is away, and is not lost', async () => {
    const relay = await start();
    await settled(relay);
    sink.fault = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    pod('web', { state: killed('a') });
    await eventually('it is derived', async () => (await relay.status()).derived.OOMKilled === 1);
    sink.fault = undefined;
    await settled(relay);
    expect(signalsTold()).toEqual(['OOMKilled web']);
    await expectAccount(relay);
  });
});

describe('a node', () => {
  test('that is lost and comes back is told twice, whoever lists it again', async () => {
    const relay = await start();
    node('n1', 'True', 600);
    await settled(relay);
    node('n1', 'Unknown');
    await eventually('the loss is stored', () => told().includes('NodeNotReady n1'));
    cluster.compact();
    cluster.disconnect();
    // A transition is one when it is later than the node.
    node('n1', 'True', -1);
    await eventually('the return is stored', () => told().includes('NodeReady n1'));
    await settled(relay);
    expect(signalsTold()).toEqual(['NodeNotReady n1', 'NodeReady n1']);
  });
});

describe('the stream of events', () => {
  test('keeps its place: derived events have none', async () => {
    const relay = await start();
    await settled(relay);
    const { resourceVersion } = event('last');
    for (let index = 0; index < 20; index += 1) pod(`web-${index}`, { state: killed(`c${index}`) });
    await eventually('all is stored', () => signalsTold().length === 21);
    await eventually('a heartbeat carries the position', () => positionOf('*') === resourceVersion);
    expect(Object.keys((sink.position as { scopes: object }).scopes)).toEqual(['*']);
    await relay.stop();
    expect(positionOf('*')).toBe(resourceVersion);
  });

  test('does not care whether pods may be read, and people learn what is missing', async () => {
    const allow = cluster.access.deny(({ view }) => view?.resource === 'pods');
    const relay = await start();
    for (let index = 0; index < 50; index += 1) event(`e${index}`);
    await eventually('the events are stored', () => sink.stored.size === 50);
    await eventually('the refusal is shown', async () => (await podSource(relay))?.lastError !== undefined);

    expect((await podSource(relay))?.lastError).toMatch(/403 .*resources \["pods"\], verbs \[get, list, watch\]/);
    expect((await relay.get('/ready')).status).toBe(200);
    expect((await relay.get('/metrics')).body).toContain('kef_relay_signals_broken{cluster_id="test"} 1');
    const complaint = relay.logs.find(({ level, resource }) => level === 50 && resource === 'pods');
    expect(complaint?.msg).toContain('set signals.pods to false');
    node('n1', 'Unknown', 2);
    await expectAccount(relay);

    pod('web', { restartCount: 1, lastState: killed('a', 1) });
    allow();
    await eventually('the kill is stored once it may be seen', () => told().includes('OOMKilled web'));
    expect((await relay.get('/metrics')).body).toContain('kef_relay_signals_broken{cluster_id="test"} 0');
    const refused = cluster.requests.records.filter(({ resource, status }) => resource === 'pods' && status === 403);
    // At the pace of retry_forbidden, which is 300 ms here; ten a second would be two orders more.
    expect(refused.length).toBeLessThan(60);
  });

  test('is alone without signals', async () => {
    const relay = await start({ signals: {} });
    pod('web', { state: killed('a') });
    event('e');
    await eventually('the event is stored', () => sink.stored.size === 1);
    expect((await relay.status()).signals).toEqual([]);
    expect(cluster.requests.records.filter(({ resource }) => resource === 'pods')).toEqual([]);
  });
});

describe('what is asked of the server', () => {
  test('leaves out pods without a node, and excluded namespaces', async () => {
    await start({ exclude_namespaces: ['kube-system'] });
    pod('web', { state: killed('a') });
    pod('dns', { state: killed('b') }, 'kube-system');
    await eventually('the kill is stored', () => told().includes('OOMKilled web'));
    const queries = cluster.requests.records.filter(({ resource }) => resource === 'pods').map(({ query }) => query);
    expect(new Set(queries.map(({ fieldSelector }) => fieldSelector))).toEqual(
      new Set(['spec.nodeName!=,metadata.namespace!=kube-system']),
    );
    expect(told()).not.toContain('OOMKilled dns');
  });

  test('is pods of the watched namespaces, and all nodes', async () => {
    const relay = await start({ namespaces: ['shop', 'bank'] });
    pod('web', { state: killed('a') });
    pod('vault', { state: killed('b') }, 'bank');
    pod('other', { state: killed('c') }, 'else');
    cluster.apply('nodes', {
      metadata: { name: 'n1' },
      status: { conditions: [{ type: 'DiskPressure', status: 'True', lastTransitionTime: minutesAgo(1) }] },
    });
    await eventually('all is stored', () => sink.stored.size === 3);
    expect(told().sort()).toEqual(['NodeHasDiskPressure n1', 'OOMKilled vault', 'OOMKilled web']);
    const { signals } = await relay.status();
    expect(signals.map(({ resource, sources }) => [resource, sources.map(({ scope }) => scope)])).toEqual([
      ['pods', ['shop', 'bank']],
      ['nodes', ['*']],
    ]);
  });
});

const positionOf = (scope: string) => (sink.position as { scopes: Record<string, string> } | null)?.scopes[scope];

async function podSource(relay: RelayProcess) {
  return (await relay.status()).signals.find(({ resource }) => resource === 'pods')?.sources[0];
}
