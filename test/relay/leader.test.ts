import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { compareVersions } from '../../lib/relay/position.ts';
import { movableClock, wrapRelay } from '../faults/wrappedRelay.ts';
import { type Front, LeaseServer } from './leaseServer.ts';
import { eventually, type RelayProcess, startRelay } from './relayProcess.ts';
import { type Sink, startSink } from './sink.ts';

interface Replica {
  readonly name: string;
  readonly relay: RelayProcess;
  readonly front: Front;
}

let cluster: Cluster;
let sink: Sink;
let leases: LeaseServer;
let replicas: Replica[];
let made: number;

beforeEach(async () => {
  cluster = await startCluster();
  sink = await startSink();
  leases = new LeaseServer(cluster.url);
  replicas = [];
  made = 0;
});

afterEach(async () => {
  for (const { relay } of replicas) {
    relay.kill('SIGCONT');
    relay.kill('SIGKILL');
  }
  leases.close();
  await sink.close();
  await cluster.close();
});

async function start(name: string, settings: Record<string, unknown> = {}, entry?: string): Promise<Replica> {
  const front = await leases.open();
  const place = { kubeconfig: () => cluster.kubeconfig({ server: front.url }) };
  const usual = { leader_election: true, lease_duration: '3s', request_timeout: '2s', ...settings };
  const env = {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    POD_NAME: name,
    POD_NAMESPACE: 'kef',
  };
  const replica = { name, relay: await startRelay(place, sink, usual, entry, env), front };
  replicas.push(replica);
  return replica;
}

/** Starts two replicas, of which the first leads. */
async function startTwo(): Promise<[Replica, Replica]> {
  const first = await start('relay-a');
  await eventually('the first leads', () => leases.holder === 'relay-a');
  const second = await start('relay-b');
  await eventually('the second stands by', async () => (await second.relay.get('/ready')).status === 200);
  return [first, second];
}

function make(count: number): void {
  for (let index = 0; index < count; index += 1) {
    made += 1;
    cluster.create({
      metadata: { name: `event-${made}`, namespace: 'shop' },
      regarding: { kind: 'Pod', namespace: 'shop', name: `pod-${made % 100}` },
      reason: 'Unhealthy',
      type: 'Warning',
      note: `number ${made}`,
    });
  }
}

/** Makes events all the time, until it is told to stop. */
function load(): { stop: () => void } {
  const timer = setInterval(() => make(7), 10);
  return { stop: () => clearInterval(timer) };
}

const withinMs = 30_000;
const complete = () => eventually('nothing is lost', () => sink.stored.size === made, withinMs);
const leads = ({ name }: Replica) => eventually(`${name} leads`, () => leases.holder === name, withinMs);
const said = ({ relay }: Replica, text: string) => relay.logs.filter(({ msg }) => msg.startsWith(text));

/** The position only ever moved on: nobody who was thought dead set it back. */
function expectForwardOnly(): void {
  const versions = sink.positions.map(
    (position) => (position as { scopes: Record<string, string> }).scopes['*'] ?? '0',
  );
  expect(versions.length).toBeGreaterThan(1);
  const back = versions.findIndex((version, at) => at > 0 && compareVersions(version, versions[at - 1] ?? '0') < 0);
  expect(back === -1 ? 'never back' : `back to ${versions[back]} from ${versions[back - 1]}`).toBe('never back');
}

/** No term of one replica began before the other one's had ended. */
function expectOneAtATime(): void {
  const terms = replicas.flatMap((replica) => {
    const begins = said(replica, 'leading').map(({ time }) => Date.parse(String(time)));
    const ends = said(replica, 'no longer leading').map(({ time }) => Date.parse(String(time)));
    return begins.map((begin, at) => ({ name: replica.name, begin, end: ends[at] ?? Number.POSITIVE_INFINITY }));
  });
  for (const one of terms) {
    for (const other of terms.filter(({ name }) => name !== one.name)) {
      expect(one.begin < other.end && other.begin < one.end, JSON.stringify([one, other])).toBe(false);
    }
  }
}

describe('of two replicas', () => {
  test('one works, the other is ready to', async () => {
    const [first, second] = await startTwo();
    make(200);
    await complete();
    expect(sink.counts.duplicates).toBe(0);
    expect(cluster.watcherCount).toBe(1);
    const { reasons, election } = JSON.parse((await second.relay.get('/status')).body);
    expect(reasons).toEqual(['standing by: relay-a leads']);
    expect(election).toMatchObject({ identity: 'relay-b', isLeader: false, holder: 'relay-a' });
    expect((await first.relay.get('/metrics')).body).toContain('kef_relay_leader 1');
    const standby = (await second.relay.get('/metrics')).body;
    expect(standby).toContain('kef_relay_leader 0');
    expect(standby).not.toContain('kef_relay_ready{');
  });

  test('the other goes on where the leader stopped in good order: nothing is lost and nothing is sent twice', async () => {
    const [first, second] = await startTwo();
    const { stop } = load();
    await eventually('it works', () => sink.stored.size > 500, withinMs);
    const { code, last } = await first.relay.stop();
    expect(code).toBe(0);
    expect(last?.msg).toBe('the lease is free for the next one');
    await leads(second);
    const before = made;
    await eventually('the other works', () => sink.stored.size > before, withinMs);
    stop();
    await complete();
    expect(sink.counts.duplicates).toBe(0);
    expectForwardOnly();
  }, 60_000);

  test('the other takes over from one that was killed', async () => {
    const [first, second] = await startTwo();
    const { stop } = load();
    await eventually('it works', () => sink.stored.size > 500, withinMs);
    first.relay.kill('SIGKILL');
    await leads(second);
    stop();
    await complete();
    expectForwardOnly();
    expect(sink.epoch).toBe(2);
  }, 60_000);

  test('one that was paused and goes on changes nothing any more', async () => {
    const [first, second] = await startTwo();
    const { stop } = load();
    await eventually('it works', () => sink.stored.size > 500, withinMs);
    first.relay.kill('SIGSTOP');
    await leads(second);
    const before = made;
    await eventually('the other works', () => sink.stored.size > before, withinMs);
    first.relay.kill('SIGCONT');
    await eventually('it notices', () => said(first, 'no longer leading').length === 1, withinMs);
    await eventually('it stands by', async () => (await first.relay.get('/ready')).body.includes('relay-b leads'));
    stop();
    await complete();
    expectForwardOnly();
    expect(leases.holder).toBe('relay-b');
    expect(cluster.watcherCount).toBe(1);
  }, 60_000);

  test('one that is cut off from the API server stops before the other begins', async () => {
    const [first, second] = await startTwo();
    const { stop } = load();
    await eventually('it works', () => sink.stored.size > 500, withinMs);
    first.front.isCut = true;
    await leads(second);
    expect(said(first, 'no longer leading')).toHaveLength(1);
    expect((await first.relay.get('/ready')).status).toBe(503);
    first.front.isCut = false;
    await eventually('it stands by', async () => (await first.relay.get('/ready')).status === 200, withinMs);
    // And back again, by the same way.
    second.front.isCut = true;
    await leads(first);
    second.front.isCut = false;
    stop();
    await complete();
    expectOneAtATime();
    expectForwardOnly();
    expect(sink.epoch).toBe(3);
  }, 90_000);

  test.each([
    ['an hour behind', -3_600_000],
    ['an hour ahead', 3_600_000],
  ])(
    'the clock of one may be %s',
    async (_title, offset) => {
      const skewed = await wrapRelay(movableClock);
      await skewed.write('clock', String(offset));
      // Both orders: the one with the wrong clock waits first, then leads, then is waited for.
      const first = await start('relay-a');
      await leads(first);
      const second = await start('relay-b', {}, skewed.entry);
      make(300);
      await complete();
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      // The lease looks an hour old, or from the future; it is renewed all the same.
      expect(leases.holder).toBe('relay-a');
      first.relay.kill('SIGKILL');
      await leads(second);
      make(300);
      await complete();
      // By its clock it started before the other, or long after; its position is kept.
      await eventually('its position is kept', () => sink.epoch === 2 && sink.counts.heartbeats > 0);
      const kept = sink.positions.length;
      make(50);
      await complete();
      await eventually('and goes on', () => sink.positions.length > kept);
      const third = await start('relay-c');
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(leases.holder).toBe('relay-b');
      second.relay.kill('SIGKILL');
      await leads(third);
      make(50);
      await complete();
      expectForwardOnly();
      expect(sink.epoch).toBe(3);
    },
    120_000,
  );

  test('a lease that somebody deletes is made again, and one of them leads', async () => {
    await startTwo();
    make(50);
    await complete();
    for (let round = 0; round < 3; round += 1) {
      leases.leases.clear();
      await eventually('there is a leader', () => leases.holder !== '', withinMs);
      make(50);
      await complete();
    }
    await eventually('one watches', () => cluster.watcherCount === 1, withinMs);
  }, 90_000);
});

test('without the right to the lease a replica is not ready and names the rule', async () => {
  leases.isForbidden = true;
  const { relay } = await start('relay-a');
  await eventually('it complains', () => relay.logs.some(({ msg }) => msg.includes('the election does not work')));
  const line = relay.logs.filter(({ level, msg }) => level >= 50 && msg.includes('coordination.k8s.io'));
  expect(line).toHaveLength(1);
  expect(line[0]?.msg).toMatch(/Lease kef\/kube-event-forwarder: HTTP 403.*verbs \[create, get, update\]/);
  const ready = await relay.get('/ready');
  expect(ready.status).toBe(503);
  expect(ready.body).toContain('the election does not work');
  leases.isForbidden = false;
  make(5);
  await complete();
  expect((await relay.stop()).code).toBe(0);
});
