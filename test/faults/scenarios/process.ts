import { setTimeout as sleep } from 'node:timers/promises';
import { answering, losingAnswers, oneOf, resetting, slow, slowly, sometimes } from '../apiFaults.ts';
import type { Scenario } from '../scenario.ts';
import type { World } from '../world.ts';
import { movableClock, type WrappedRelay, wrapRelay } from '../wrappedRelay.ts';

/** Starts and ends relays so many times while the cluster goes on. */
async function restarts(world: World, times: number, end: (world: World) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    await world.startRelay();
    await Promise.all([world.produceFor(50 + world.random() * 350), sleep(world.random() * 400)]);
    await end(world);
    world.produce(Math.floor(world.random() * 20));
  }
  await world.startRelay();
}

let clock: WrappedRelay;

/** What may happen to the relay's own process. */
export const processScenarios: readonly Scenario[] = [
  {
    name: 'kill -9 at random moments and restart, 50 times',
    isQuick: true,
    isExact: true,
    run: async (world, intensity) => {
      await world.warmUp();
      await world.kill();
      // Batches overtake each other, and some are only in the relay's memory when it dies: a position that passed them would show.
      const kinds = [slow(10), slow(60), slowly(30, answering(503)), slowly(60, resetting)];
      world.apiFault = oneOf(world.random, kinds);
      await restarts(world, Math.round(50 * intensity), () => world.kill());
      world.apiFault = undefined;
    },
  },
  {
    name: 'kill -9 while answers get lost, 15 times',
    isExact: true,
    run: async (world, intensity) => {
      await world.warmUp();
      await world.kill();
      const faults = [losingAnswers, resetting, slow(100), slow(10)];
      world.apiFault = sometimes(0.7, world.random, oneOf(world.random, faults));
      await restarts(world, Math.round(15 * intensity), () => world.kill());
      world.apiFault = undefined;
    },
  },
  {
    name: 'kill -9 during first lists of many pages, 10 times',
    settleMs: 30_000,
    options: { settings: { linger: '5ms', batch_max_events: 50 } },
    run: async (world, intensity) => {
      world.produce(4_000);
      world.apiFault = slow(30);
      await restarts(world, Math.round(10 * intensity), () => world.kill());
      world.apiFault = undefined;
    },
  },
  {
    name: 'kill -9 and compaction before every restart, 10 times',
    run: async (world, intensity) => {
      await restarts(world, Math.round(10 * intensity), async () => {
        await world.kill();
        world.produce(20);
        world.cluster.compact();
      });
    },
  },
  {
    name: 'SIGTERM under load, 10 times',
    isQuick: true,
    isExact: true,
    run: async (world, intensity) => {
      await world.warmUp();
      await world.relay.stop();
      world.apiFault = slow(20);
      await restarts(world, Math.max(3, Math.round(10 * intensity)), async () => {
        world.produce(500);
        const { code } = await world.relay.stop();
        if (code !== 0) throw new Error(`a relay that was told to stop ended with code ${code}`);
      });
      world.apiFault = undefined;
    },
  },
  {
    name: 'SIGTERM while the API is down',
    isExact: true,
    options: { settings: { shutdown_grace: '300ms' } },
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(300);
      world.apiFault = resetting;
      await world.produceFor(500);
      const { code } = await world.relay.stop();
      if (code !== 1) throw new Error(`events were left, and the relay ended with code ${code}`);
      world.apiFault = undefined;
      await world.startRelay();
    },
  },
  {
    name: 'wall clock jumps 2 h ahead, 2 h back, 1 day back',
    isExact: true,
    isQuick: true,
    settleMs: 8_000,
    options: {
      entry: async () => {
        clock = await wrapRelay(movableClock);
        return clock.entry;
      },
    },
    run: async (world) => {
      await world.warmUp();
      for (const hours of [2, 0, -24, 0]) {
        // Backoffs are pending when the clock moves: none of them may last for the hours it moved.
        world.apiFault = resetting;
        await world.produceFor(200);
        await clock.write('clock', String(hours * 3_600_000));
        await world.produceFor(100);
        world.apiFault = undefined;
        await world.produceFor(300);
      }
    },
  },
];
