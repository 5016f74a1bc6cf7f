import { describe, expect, test } from 'vitest';
import { eventually, expectAccount, relaySource } from './relayProcess.ts';
import { cluster, sink, start, useRig } from './rig.ts';

useRig();

function warning(name: string, namespace = 'shop', more: Record<string, unknown> = {}) {
  return cluster.create({
    metadata: { name, namespace },
    regarding: { kind: 'Pod', namespace, name: `pod-of-${name}` },
    reason: 'BackOff',
    type: 'Warning',
    note: 'Back-off restarting failed container app in pod',
    reportingController: 'kubelet',
    ...more,
  });
}

const names = (): string[] => [...sink.stored.values()].map((event) => event.name);

describe.each([
  ['the source file', relaySource],
  ['the bundle', undefined],
])('started from %s', (_title, entry) => {
  test('lists what is there, then forwards what comes, and adds up', async () => {
    for (let index = 0; index < 1_234; index += 1) warning(`old-${index}`);
    const relay = await start({}, entry);
    await eventually('the list is stored', () => sink.stored.size === 1_234);
    for (let index = 0; index < 50; index += 1) warning(`new-${index}`);
    await eventually('the watch is stored', () => sink.stored.size === 1_284);
    expect(sink.counts.duplicates).toBe(0);
    await expectAccount(relay);
    const { code } = await relay.stop();
    expect(code).toBe(0);
  });
});

test('a repeat is an occurrence of its own, a deletion is none', async () => {
  const relay = await start();
  const event = warning('loop');
  await eventually('the event is stored', () => sink.stored.size === 1);
  cluster.bump(event);
  cluster.bump(event, { by: 3 });
  await eventually('its repeats are stored', () => sink.stored.size === 3);
  cluster.delete(event);
  await eventually('the deletion is counted', async () => (await relay.status()).events.dropped.deleted === 1);
  expect([...sink.stored.values()].map((stored) => stored.count)).toEqual([1, 2, 5]);
  await expectAccount(relay);
});

test('old events of a first list are backlog, young ones are news', async () => {
  const long = new Date(Date.now() - 30 * 60_000).toISOString().replace('Z', '000Z');
  warning('old', 'shop', { eventTime: long, action: 'Backoff', reportingInstance: 'node-1' });
  warning('young');
  await start();
  await eventually('both are stored', () => sink.stored.size === 2);
  expect([...sink.stored.values()].map(({ name, isBacklog }) => [name, isBacklog]).sort()).toEqual([
    ['old', true],
    ['young', false],
  ]);
});

test('a restart resumes from the stored position and reads nothing twice', async () => {
  for (let index = 0; index < 20; index += 1) warning(`before-${index}`);
  const first = await start();
  await eventually('the list is stored', () => sink.stored.size === 20);
  await first.stop();
  expect(sink.position).toMatchObject({ v: 1, scopes: { '*': cluster.resourceVersion } });
  for (let index = 0; index < 20; index += 1) warning(`between-${index}`);
  const second = await start();
  await eventually('what happened meanwhile is stored', () => sink.stored.size === 40);
  expect(sink.counts.duplicates).toBe(0);
  expect((await second.status()).events.received).toBe(20);
  expect([...sink.stored.values()].some((event) => event.isBacklog)).toBe(false);
});

test('kill -9 at any moment loses nothing', async () => {
  let made = 0;
  for (let round = 0; round < 5; round += 1) {
    const relay = await start({ batch_max_events: 20 });
    for (let step = 0; step < 10; step += 1) {
      for (let index = 0; index < 20; index += 1) warning(`event-${made++}`);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    }
    relay.kill('SIGKILL');
    await relay.exited;
  }
  await start();
  await eventually('everything is stored', () => sink.stored.size === made);
  expect(new Set(names()).size).toBe(made);
});

test('only the wanted namespaces are watched, each on its own', async () => {
  const relay = await start({ namespaces: ['shop', 'bank'] });
  warning('a', 'shop');
  warning('b', 'bank');
  warning('c', 'zoo');
  await eventually('both are stored', () => sink.stored.size === 2);
  expect(names().sort()).toEqual(['a', 'b']);
  expect(cluster.watcherCount).toBe(2);
  const { code } = await relay.stop();
  expect(code).toBe(0);
  expect(Object.keys((sink.position as { scopes: object }).scopes).sort()).toEqual(['bank', 'shop']);
});

test('filters drop by name and are counted', async () => {
  const relay = await start({
    event_types: ['Warning'],
    reason_filters: ['CrashLoopBackOff', 'Killing'],
    exclude_namespaces: ['zoo'],
    min_severity: 'Warning',
  });
  warning('wanted');
  warning('excluded', 'zoo');
  warning('normal', 'shop', { type: 'Normal', reason: 'Pulled', note: 'Successfully pulled image' });
  warning('other', 'shop', { reason: 'FailedMount', note: 'MountVolume.SetUp failed' });
  warning('secret', 'shop', { regarding: { kind: 'Secret', namespace: 'shop', name: 's' } });
  // What a field selector can say has not left the API server.
  await eventually('the rest is counted', async () => (await relay.status()).events.received === 3);
  await eventually('one is stored', () => sink.stored.size === 1);
  expect((await relay.status()).events.dropped).toEqual({ reason: 1, secret: 1 });
  expect(names()).toEqual(['wanted']);
  await expectAccount(relay);
});

test('secrets in messages are masked before they leave the process', async () => {
  await start();
  warning('leak', 'shop', { note: 'login failed: password=hunter2secret for https://bob:s3cretpw@example.com/' });
  await eventually('it is stored', () => sink.stored.size === 1);
  const text = JSON.stringify([...sink.stored.values()][0]?.raw);
  expect(text).not.toContain('hunter2secret');
  expect(text).not.toContain('s3cretpw');
  expect(text).not.toContain('managedFields');
});
