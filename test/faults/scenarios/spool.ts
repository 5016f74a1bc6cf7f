import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answering, losingAnswers, oneOf, resetting, slow, sometimes } from '../apiFaults.ts';
import type { Scenario } from '../scenario.ts';

/** A new spool directory per scenario. */
const settings: Record<string, unknown> = { spool_after: '40ms', buffer_size: 200, batch_max_events: 50 };

/** A scenario with a spool of its own. */
function spooled(name: string, more: Omit<Scenario, 'name'>): Scenario {
  const { run, options, ...rest } = more;
  const own: Record<string, unknown> = { ...settings, ...options?.settings };
  return {
    name: `spool: ${name}`,
    ...rest,
    options: { ...options, settings: own },
    run: async (world, intensity) => {
      own.spool_dir = await mkdtemp(path.join(tmpdir(), 'kef-spool-'));
      await run(world, intensity);
    },
  };
}

/** What a spool may go through. */
export const spoolScenarios: readonly Scenario[] = [
  spooled('kill -9 while it is written and read, 60 times', {
    isExact: true,
    isQuick: true,
    settleMs: 30_000,
    run: async (world, intensity) => {
      await world.warmUp();
      await world.kill();
      const faults = [losingAnswers, resetting, answering(503), slow(60), slow(10)];
      world.apiFault = sometimes(0.8, world.random, oneOf(world.random, faults));
      for (let round = 0; round < Math.round(60 * intensity); round += 1) {
        await world.startRelay();
        await Promise.all([world.produceFor(50 + world.random() * 350), sleep(world.random() * 400)]);
        await world.kill();
        world.produce(Math.floor(world.random() * 20));
      }
      world.apiFault = undefined;
      await world.startRelay();
    },
  }),
];
