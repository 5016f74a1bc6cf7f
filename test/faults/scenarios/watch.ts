import { setTimeout as sleep } from 'node:timers/promises';
import { badLines, type Fault, type StaleForm } from '../../../lib/local/cluster/index.ts';
import { giantEvent } from '../../../lib/local/cluster/loadGenerator.ts';
import { eventually } from '../../relay/relayProcess.ts';
import { expectReconnects, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** Events happen, watches suffer the fault when they are opened again and again, events go on. */
function suffering(name: string, fault: Fault, more: Partial<Scenario> & { readonly times?: number } = {}): Scenario {
  const { times = 5, ...rest } = more;
  return {
    name: `watch: ${name}`,
    isExact: true,
    ...rest,
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(200);
      world.cluster.faults.add({ on: 'watch', fault, times });
      for (let round = 0; round < times; round += 1) {
        world.cluster.disconnect('reset');
        await world.produceFor(250);
      }
      world.cluster.faults.clear();
      world.cluster.disconnect('reset');
      await world.produceFor(200);
    },
  };
}

/** The watch breaks, history is compacted while it is away, and the server says so in one of its ways. */
function stale(form: StaleForm, cause: string, isQuick: boolean): Scenario {
  return {
    name: `watch: position too old, told as ${cause}`,
    isQuick,
    options: { cluster: { staleForm: form } },
    run: async (world) => {
      await world.warmUp();
      for (let round = 0; round < 4; round += 1) {
        await world.produceFor(200);
        const restore = world.cluster.faults.add({ on: 'watch', fault: { do: 'status', code: 503 } });
        world.cluster.disconnect('reset');
        await world.produceFor(300);
        world.cluster.compact();
        restore();
      }
      await world.produceFor(200);
    },
    expect: expectReconnects('stale-http410', 'stale-error410', 'stale-empty'),
  };
}

/**
 * The cluster goes on slowly until the relay has asked: versions that have passed those of before the restore tell nobody that
 * there was one (docs/delivery.md says so).
 */
async function comeBack(world: World): Promise<void> {
  world.produce(5);
  await eventually('the relay notices', async () => {
    const { reconnects } = await world.relay.status();
    return (reconnects.backwards ?? 0) > 0;
  });
}

/** Bytes that are no event come in the middle of the stream. */
function injected(name: string, bytes: Buffer): Scenario {
  return {
    name: `watch: ${name}`,
    run: async (world) => {
      await world.warmUp();
      for (let round = 0; round < 3; round += 1) {
        await world.produceFor(150);
        world.cluster.inject(bytes);
        await world.produceFor(150);
      }
    },
  };
}

/** The watch and list faults of the issue. */
export const watchScenarios: readonly Scenario[] = [
  stale('http', 'HTTP 410', false),
  stale('line', 'an ERROR line', false),
  stale('empty', 'an empty 200', true),
  {
    name: 'watch: silence without close',
    isExact: true,
    isQuick: true,
    options: { settings: { idle_timeout: '400ms' } },
    run: async (world) => {
      await world.warmUp();
      for (let round = 0; round < 3; round += 1) {
        await world.produceFor(200);
        world.cluster.silence(true);
        await world.produceFor(800);
      }
    },
    expect: expectReconnects('idle'),
  },
  suffering(
    'a line cut in half, then FIN',
    { do: 'stop', afterLines: 7, how: 'half-close', insideLine: true },
    { isQuick: true },
  ),
  suffering('a line cut in half, then RST', { do: 'stop', afterLines: 7, how: 'reset', insideLine: true }),
  suffering('a line cut in half, then a proper end', { do: 'stop', afterLines: 7, how: 'end', insideLine: true }),
  suffering('cut after any number of bytes', { do: 'cut', afterBytes: 3_333, how: 'reset' }),
  suffering('every third line twice', { do: 'duplicate', every: 3 }),
  suffering('every fifth line out of order', { do: 'swap', every: 5 }, { isExact: false }),
  suffering('chunks that end anywhere, also inside a character', { do: 'chunk', bytes: 97 }),
  suffering('20 kB a second', { do: 'drip', bytesPerSecond: 20_000 }),
  suffering('500 for every watch', { do: 'status', code: 500 }, { times: 4 }),
  suffering('429 with Retry-After', { do: 'status', code: 429, retryAfterSeconds: 1 }, { times: 2 }),
  suffering(
    'a web page instead of a stream',
    {
      do: 'body',
      code: 200,
      contentType: 'text/html',
      body: '<html>\n<body>Sign in</body>\n</html>\n',
    },
    { isExact: false, times: 3 },
  ),
  suffering('never answered', { do: 'hang' }, { times: 2, options: { settings: { request_timeout: '300ms' } } }),
  injected('garbage between two lines', badLines.garbage),
  injected('bad UTF-8', badLines.badUtf8),
  injected('a line of null', badLines.jsonNull),
  injected('empty lines', badLines.emptyLine),
  injected('a line of 10 MB', badLines.huge(10_000_000)),
  {
    name: 'watch: events of 1 MB among others',
    isExact: true,
    isQuick: true,
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(200);
      for (let number = 0; number < 5; number += 1) {
        const { metadata: _name, ...big } = giantEvent(1_000_000, number);
        world.create({ ...big, regarding: undefined, note: undefined, deprecatedCount: undefined });
        world.produce(20);
        await sleep(50);
      }
    },
  },
  {
    name: 'list: cut off, three times',
    run: async (world) => {
      world.produce(1_500);
      world.cluster.faults.add({ on: 'list', fault: { do: 'cut', afterBytes: 200_000, how: 'reset' }, times: 3 });
      await world.warmUp();
      await world.produceFor(500);
    },
  },
  {
    name: 'list: its snapshot expires between two pages',
    options: { settings: { buffer_size: 100, batch_max_events: 50 } },
    run: async (world) => {
      world.produce(3_000);
      const timer = setInterval(() => {
        world.produce(5);
        world.cluster.compact();
      }, 15);
      world.apiFault = async () => {
        await sleep(10);
        return false;
      };
      await world.startRelay();
      await sleep(1_500);
      clearInterval(timer);
      world.apiFault = undefined;
    },
  },
  {
    name: 'server: restored from a backup, versions go back, events kept',
    isQuick: true,
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(500);
      await world.settle(5_000);
      world.cluster.rewind(310, true);
      await comeBack(world);
      await world.produceFor(500);
    },
    expect: expectReconnects('backwards'),
  },
  {
    name: 'server: restored from a backup, versions go back, events gone',
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(500);
      await world.settle(5_000);
      world.cluster.rewind(310, false);
      await comeBack(world);
      await world.produceFor(500);
    },
    expect: expectReconnects('backwards'),
  },
  {
    name: 'server: restored from a backup while the relay was down',
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(500);
      await world.settle(5_000);
      await world.relay.stop();
      world.cluster.rewind(310, true);
      await world.startRelay();
      await comeBack(world);
      await world.produceFor(300);
    },
    expect: expectReconnects('backwards'),
  },
  {
    name: 'server: down for two seconds, three times',
    isExact: true,
    run: async (world) => {
      await world.warmUp();
      for (let round = 0; round < 3; round += 1) {
        await world.produceFor(300);
        await world.cluster.stop();
        await world.produceFor(1_000);
        await world.cluster.resume();
      }
      await world.produceFor(300);
    },
  },
  {
    name: 'server: rights taken away and given back',
    isExact: true,
    options: { settings: { retry_forbidden: '100ms' } },
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(300);
      const giveBack = world.cluster.access.deny(({ view }) => view?.resource === 'events');
      world.cluster.disconnect();
      await world.produceFor(1_000);
      giveBack();
      await world.produceFor(300);
    },
  },
  {
    name: 'slow API, full buffer: the watch is given up and taken up again',
    isQuick: true,
    settleMs: 30_000,
    options: { settings: { buffer_size: 100, batch_max_events: 50, stall_timeout: '50ms' } },
    run: slowWithFullBuffer,
    expect: expectReconnects('stalled'),
  },
];

async function slowWithFullBuffer(world: World): Promise<void> {
  await world.warmUp();
  world.apiFault = async () => {
    await sleep(1_000);
    return false;
  };
  await world.produceFor(2_500, 1_000);
  world.cluster.compact();
  world.apiFault = undefined;
}
