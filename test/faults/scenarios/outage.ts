import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../relay/relayProcess.ts';
import { answering, oneOf, resetting } from '../apiFaults.ts';
import type { Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** Seconds of the cluster per second of the test: three hours pass in six seconds. */
const speed = 1_800;
const beganAt = Date.now();
/** Clock of the cluster. */
const clusterNow = (): number => beganAt + (Date.now() - beganAt) * speed;
const hourMs = 3_600_000;
const threeHours = (3 * hourMs) / speed;

/** Makes events happen, and lets them expire as etcd does, an hour after their last write. */
async function expireWhile(world: World, ms: number, produce: (world: World) => void): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until) {
    produce(world);
    const old = new Set<string>();
    for (const { uid, name } of world.living()) {
      const writtenAt = lastWrite(world.cluster.get(name));
      if (clusterNow() - writtenAt < hourMs) continue;
      old.add(name.name);
      world.account.expired(uid);
    }
    if (old.size > 0) world.cluster.expire((event) => old.has(event.name));
    await sleep(10);
  }
}

function lastWrite(event: Record<string, unknown> | undefined): number {
  const { metadata } = (event ?? {}) as { metadata?: { managedFields?: { time?: string }[] } };
  return Date.parse(metadata?.managedFields?.[0]?.time ?? '');
}

/** New and repeated events. */
const mixed = (world: World): void => world.produce(2);

/** New events only, each its own occurrence, so that the events which a gap record counts are occurrences. */
function distinct(world: World): void {
  world.create();
  world.create({ type: 'Normal', reason: 'Pulled', note: `image ${world.random()}` });
}

const cluster = { now: clusterNow, eventTtlMs: 1_000 * hourMs };
const settings = { buffer_size: 200, batch_max_events: 50, stall_timeout: '50ms', event_ttl: `${hourMs / speed}ms` };

/** A three hours' outage with a spool, which the cluster's whole three hours go through. */
function outage(name: string, more: Partial<Scenario> & { middle?: (world: World) => Promise<void> }): Scenario {
  // A slow machine may take a while to write: that is no reason to give up the watch, which only a list could repair.
  const own: Record<string, unknown> = {
    ...settings,
    spool_after: '50ms',
    stall_timeout: '30s',
    ...more.options?.settings,
  };
  return {
    settleMs: 20_000,
    ...more,
    name: `outage: API gone for 3 h (x1800), events expire after 1 h, ${name}`,
    options: { cluster, settings: own },
    run: async (world) => {
      own.spool_dir = await mkdtemp(path.join(tmpdir(), 'kef-spool-'));
      await world.startRelay();
      await expireWhile(world, 500, distinct);
      await world.settle(5_000);
      world.apiFault = oneOf(world.random, [answering(503), resetting]);
      await expireWhile(world, threeHours / 2, distinct);
      await more.middle?.(world);
      await expireWhile(world, threeHours / 2, distinct);
      world.cluster.compact();
      world.apiFault = undefined;
      await expireWhile(world, 500, distinct);
    },
  };
}

/** The API is away for longer than the API server keeps events. */
export const outageScenarios: readonly Scenario[] = [
  {
    name: 'outage: API gone for 3 h (x1800), events expire after 1 h, no spool',
    settleMs: 20_000,
    options: { cluster, settings },
    run: async (world) => {
      await world.startRelay();
      await expireWhile(world, 1_000, mixed);
      await world.settle(5_000);
      world.apiFault = answering(503);
      await expireWhile(world, threeHours, mixed);
      world.cluster.compact();
      world.apiFault = undefined;
      await expireWhile(world, 500, mixed);
    },
    expect: (world) => {
      const { expired } = world.account.sums;
      if (expired === 0) return ['nothing expired: the outage was too short to show anything'];
      const isTold = world.gaps.some(({ from, to }) => from !== undefined && to !== undefined && from < to);
      return isTold ? [] : ['no gap record with times'];
    },
  },
  outage('spool', {
    isExact: true,
    isQuick: true,
    expect: ({ account, gaps }) =>
      account.sums.expired + gaps.length === 0 ? [] : ['something was lost, with room in the spool'],
  }),
  outage('spool, kill -9 in the middle', {
    isExact: true,
    middle: async (world) => {
      await world.kill();
      await sleep(50);
      await world.startRelay();
    },
    expect: ({ account, gaps }) =>
      account.sums.expired + gaps.length === 0 ? [] : ['something was lost, with room in the spool'],
  }),
  outage('spool too small', {
    options: { settings: { spool_max_bytes: 1_048_576, batch_max_events: 5, linger: '1ms' } },
    middle: (world) =>
      eventually(
        'the spool is full',
        async () => {
          for (let count = 0; count < 10; count += 1) distinct(world);
          return Object.keys((await world.relay.status()).spool.lost).length > 0;
        },
        30_000,
      ),
    expect: async (world) => {
      const { account, gaps } = world;
      await eventually('everything is sent', async () => (await world.relay.status()).events.unacknowledged === 0);
      const { reported, expired } = account.sums;
      const wrong: string[] = [];
      if (reported === 0) wrong.push('everything fitted: the spool was too large to show anything');
      if (reported !== account.reportedEvents) wrong.push(`${account.reportedEvents} in gap records, ${reported} lost`);
      if (expired > 0) wrong.push(`${expired} lost and not counted`);
      if (gaps.some(({ from, to, dropped }) => !from || !to || !dropped)) wrong.push('a gap without times or counts');
      return wrong;
    },
  }),
];
