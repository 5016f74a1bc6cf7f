import { expect, test } from 'vitest';
import { eventually } from './relayProcess.ts';
import { cluster, sink, start, useRig } from './rig.ts';

useRig();

let made = 0;
function make(count: number, manifest: Record<string, unknown> = {}, namespace = 'shop'): void {
  for (let index = 0; index < count; index += 1) {
    made += 1;
    cluster.create({
      metadata: { name: `event-${made}`, namespace },
      regarding: { kind: 'Pod', namespace, name: `pod-${made % 10}` },
      reason: 'Unhealthy',
      type: 'Warning',
      note: `number ${made}`,
      ...manifest,
    });
  }
}

test('what the filters do not want never leaves the API server', async () => {
  make(20);
  make(20, { type: 'Normal', reason: 'Pulled' });
  const relay = await start({ event_types: ['Warning'], exclude_namespaces: ['dev'] });
  await eventually('the list arrives', () => sink.stored.size === 20);
  make(30);
  make(500, { type: 'Normal', reason: 'Pulled' });
  make(500, {}, 'dev');
  make(1);
  await eventually('the watch does', () => sink.stored.size === 51);
  const { events } = await relay.status();
  expect(events.received).toBe(51);
  expect(events.dropped).toEqual({});
});

test('a reason that rules give is filtered here, because no server knows it', async () => {
  const relay = await start({ reason_filters: ['CrashLoopBackOff'] });
  await eventually('it watches', () => cluster.watcherCount === 1);
  make(3, { reason: 'BackOff', note: 'Back-off restarting failed container app in pod x' });
  make(5);
  await eventually('they arrive', async () => sink.stored.size === 3 && (await relay.status()).events.received === 8);
  expect((await relay.status()).events.dropped).toEqual({ reason: 5 });
});

test('a server that does not know a field is asked for everything', async () => {
  const message =
    'Unable to find "events.k8s.io/v1, Resource=events" that match label selector "", field selector "type=Warning": field label not supported: type';
  const body = JSON.stringify({ kind: 'Status', status: 'Failure', code: 400, reason: 'BadRequest', message });
  cluster.faults.add({ fault: { do: 'body', code: 400, contentType: 'application/json', body }, on: 'list', times: 1 });
  const relay = await start({ event_types: ['Warning'] });
  make(4);
  make(4, { type: 'Normal', reason: 'Pulled' });
  await eventually('they arrive', () => sink.stored.size === 4);
  expect(relay.logs.some(({ msg }) => msg.includes('filtering here'))).toBe(true);
});

test('nothing is ever sent again because time has passed, nor because a list was needed', async () => {
  const relay = await start({ resync_period: '1s', idle_timeout: '500ms' });
  make(200);
  await eventually('all arrive', () => sink.stored.size === 200);
  const before = cluster.requests.counts.watch ?? 0;
  // Silence: it probes and reconnects, several times over the resync period.
  await eventually('it reconnects', () => (cluster.requests.counts.watch ?? 0) >= before + 4);
  cluster.compact();
  cluster.disconnect();
  await eventually('it lists', () => (cluster.requests.counts.list ?? 0) >= 2);
  make(10);
  await eventually('the new ones arrive', () => sink.stored.size === 210);
  expect(sink.counts.events).toBe(210);
  await relay.stop();
  await start({ resync_period: '1s' });
  make(1);
  await eventually('and after a restart', () => sink.stored.size === 211);
  expect(sink.counts.events).toBe(211);
});
