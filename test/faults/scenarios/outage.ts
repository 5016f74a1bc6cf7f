import { setTimeout as sleep } from 'node:timers/promises';
import { answering } from '../apiFaults.ts';
import type { Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** Seconds of the cluster per second of the test: three hours pass in six seconds. */
const speed = 1_800;
const beganAt = Date.now();
/** Clock of the cluster. */
const clusterNow = (): number => beganAt + (Date.now() - beganAt) * speed;
const hourMs = 3_600_000;

/** Lets events expire as etcd does, an hour after their last write, and tells the books. */
async function expireWhile(world: World, ms: number): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until) {
    world.produce(2);
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

/** The API is away for longer than the API server keeps events. */
export const outageScenarios: readonly Scenario[] = [
  {
    name: 'outage: API gone for 3 h (x1800), events expire after 1 h',
    settleMs: 20_000,
    options: {
      cluster: { now: clusterNow, eventTtlMs: 1_000 * hourMs },
      settings: { buffer_size: 200, batch_max_events: 50, stall_timeout: '50ms' },
    },
    run: async (world) => {
      await world.startRelay();
      await expireWhile(world, 1_000);
      await world.settle(5_000);
      world.apiFault = answering(503);
      await expireWhile(world, (3 * hourMs) / speed);
      world.cluster.compact();
      world.apiFault = undefined;
      await expireWhile(world, 500);
    },
    expect: (world) => {
      const { expired } = world.account.sums;
      return expired === 0 ? ['nothing expired: the outage was too short to show anything'] : [];
    },
  },
];
