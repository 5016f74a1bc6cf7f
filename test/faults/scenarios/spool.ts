import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../relay/relayProcess.ts';
import { answering, losingAnswers, oneOf, resetting, slow, sometimes } from '../apiFaults.ts';
import { expectLog, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';
import { failingDisk, movableClock, type WrappedRelay, wrapRelay } from '../wrappedRelay.ts';

const quick: Record<string, unknown> = { spool_after: '40ms', buffer_size: 200, batch_max_events: 50 };

/** What a scenario with a spool gets besides the world. */
interface Place {
  /** Where the files of the relay's spool are. */
  readonly folder: string;
  /** The process around the relay, when there is one. */
  readonly process: WrappedRelay | undefined;
}

type Spooled = Omit<Scenario, 'name' | 'run' | 'options'> & {
  readonly settings?: Record<string, unknown>;
  /** JavaScript that prepares the relay's process. */
  readonly prepare?: string;
  readonly run: (world: World, place: Place, intensity: number) => Promise<void>;
};

/** A scenario with a spool of its own. */
function spooled(name: string, { run, settings, prepare, ...rest }: Spooled): Scenario {
  const own: Record<string, unknown> = { ...quick, ...settings };
  let process: WrappedRelay | undefined;
  return {
    name: `spool: ${name}`,
    ...rest,
    options: { settings: own, ...(prepare === undefined ? undefined : { entry: async () => process?.entry ?? '' }) },
    run: async (world, intensity) => {
      const directory = await mkdtemp(path.join(tmpdir(), 'kef-spool-'));
      own.spool_dir ??= directory;
      if (prepare !== undefined) process = await wrapRelay(prepare);
      await run(world, { folder: path.join(directory, 'test'), process }, intensity);
    },
  };
}

/** Events happen while the API is away, until some of them are on disk. */
async function fill(world: World, batches = 3): Promise<void> {
  await world.warmUp();
  world.apiFault = answering(503);
  await world.produceFor(400);
  await eventually('the spool has batches', async () => {
    world.produce(1);
    return (await world.relay.status()).spool.batches >= batches;
  });
}

async function records(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files.filter((file) => file.endsWith('.batch')).map((file) => path.join(folder, file));
}

/** Says what is wrong unless the relay's spool is in this state. */
async function expectState(world: World, state: string): Promise<string[]> {
  const { spool } = await world.relay.status();
  return spool.state === state ? [] : [`the spool is ${spool.state}, not ${state}: ${spool.reason}`];
}

/** The disk fails while it is needed, and works again. */
function failing(disk: 'full' | 'read-only'): Scenario {
  return spooled(`disk ${disk}, then not`, {
    prepare: failingDisk,
    settings: { stall_timeout: '100ms' },
    run: async (world, { process }) => {
      await fill(world);
      await process?.write('disk', disk);
      await world.produceFor(600);
      const wrong = await expectState(world, 'failing');
      if (wrong.length > 0) throw new Error(wrong[0]);
      await process?.write('disk', '');
      await world.produceFor(600);
      await eventually('the spool works again', async () => (await expectState(world, 'active')).length === 0);
      await world.kill();
      await world.startRelay();
      world.apiFault = undefined;
    },
    expect: expectLog('the spool cannot be written'),
  });
}

/** What a spool may go through. */
export const spoolScenarios: readonly Scenario[] = [
  spooled('kill -9 while it is written and read, 60 times', {
    isQuick: true,
    isExact: true,
    settleMs: 30_000,
    run: async (world, _place, intensity) => {
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
  failing('full'),
  failing('read-only'),
  spooled('a directory that cannot be made', {
    isQuick: true,
    settings: { spool_dir: '/proc/version/spool', stall_timeout: '100ms' },
    run: async (world) => {
      await world.warmUp();
      world.apiFault = answering(503);
      await world.produceFor(800);
      world.apiFault = undefined;
    },
    expect: async (world) => [...expectLog('no spool')(world), ...(await expectState(world, 'failing'))],
  }),
  spooled('its directory is deleted under it', {
    run: async (world, { folder }) => {
      await fill(world);
      await rm(folder, { recursive: true });
      await world.produceFor(300);
      world.apiFault = undefined;
    },
    expect: ({ gaps }) => (gaps.length > 0 ? [] : ['no gap record']),
  }),
  spooled('a record is damaged, a draft is torn', {
    isQuick: true,
    isReordered: true,
    run: async (world, { folder }) => {
      await fill(world, 5);
      await world.kill();
      const [, second = ''] = await records(folder);
      await writeFile(second, (await readFile(second)).fill(0xff, 60, 80));
      await writeFile(`${second}.draft`, 'KEFS');
      await world.startRelay();
      world.apiFault = undefined;
    },
    // The API server still has what was in it: the gap is told, and healed.
    expect: async ({ gaps, account }) => {
      await eventually('what was in it is read again', () => account.sums.reported === 0);
      return gaps.length === 1 ? [] : [`${gaps.length} gaps`];
    },
  }),
  spooled('records of a later version (downgrade)', {
    isReordered: true,
    run: async (world, { folder }) => {
      await fill(world, 5);
      await world.kill();
      const [, second = '', third = ''] = await records(folder);
      for (const file of [second, third]) {
        const bytes = await readFile(file);
        bytes.writeUInt32LE(99, 4);
        await writeFile(file, bytes);
      }
      await world.startRelay();
      world.apiFault = undefined;
    },
    expect: expectLog('records of a later version'),
  }),
  spooled('two relays in one directory', {
    isExact: true,
    isQuick: true,
    run: async (world) => {
      await fill(world);
      const first = world.relay;
      const second = await world.startRelay();
      await eventually('the second one waits, and says for whom', async () => {
        const { isReady, reasons } = await second.status();
        return !isReady && reasons.some((reason) => reason.includes(`process ${first.child.pid}`));
      });
      await world.produceFor(200);
      first.kill('SIGKILL');
      await first.exited;
      world.apiFault = undefined;
      await eventually('the second one begins', async () => (await second.status()).events.restored > 0);
    },
  }),
  spooled('SIGTERM while the API is down', {
    isExact: true,
    isQuick: true,
    settings: { shutdown_grace: '300ms', spool_after: '10m' },
    run: async (world) => {
      await world.warmUp();
      world.apiFault = resetting;
      await world.produceFor(300);
      const { code } = await world.relay.stop();
      if (code !== 0) throw new Error(`everything is on disk, and the relay ended with code ${code}`);
      await world.startRelay();
      await world.produceFor(200);
      world.apiFault = undefined;
    },
    expect: async (world) => ((await world.relay.status()).events.restored > 0 ? [] : ['nothing was on disk']),
  }),
  spooled('wall clock jumps 2 h ahead, 1 day back, while it is written and read', {
    isExact: true,
    prepare: movableClock,
    run: async (world, { process }) => {
      await world.warmUp();
      for (const hours of [2, -24, 0]) {
        world.apiFault = resetting;
        await world.produceFor(200);
        await process?.write('clock', String(hours * 3_600_000));
        await world.produceFor(200);
        await world.kill();
        await world.startRelay();
        world.apiFault = undefined;
        await world.produceFor(200);
      }
    },
    expect: ({ gaps }) => (gaps.length === 0 ? [] : ['a gap record, and nothing was lost']),
  }),
];
