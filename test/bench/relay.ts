import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleRelay } from '../../lib/relay/bundle.ts';
import { countAt, nextMessage, sleep, startHelper, startRelay, usageOf } from './relay/processes.ts';

/**
 * Benchmark of the relay: `node test/bench/relay.ts [burst=200000] [live=200000] [--json]`. API server, relay and sink are
 * three processes; CPU and memory are the relay process's alone.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = path.join(root, 'dist/relay.mjs');
const bare = path.join(root, 'test/bench/relay/bareLoop.ts');

interface Run {
  name: string;
  events: number;
  seconds: number;
  perSecond: number;
  cpuMicros: number;
  idleMb: number;
  peakMb: number;
}

async function run(
  name: string,
  script: string[],
  sizes: { live: number; burst: number },
  settings: Record<string, unknown>,
  serverFlags: string[] = [],
): Promise<Run> {
  const api = await startHelper('apiServer.ts', sizes.live, sizes.burst, 1, '--wait', ...serverFlags);
  const sink = await startHelper('sinkServer.ts', 0);
  const total = sizes.live + sizes.burst;
  const watching = nextMessage(api.process, 'watching');
  const startedAt = performance.now();
  const relay = startRelay(script, api, sink, settings);
  await watching;
  const pid = relay.pid ?? 0;
  try {
    if (sizes.live === 0) await sleep(1_500);
    const idle = usageOf(pid);
    const from = sizes.live === 0 ? performance.now() : startedAt;
    const cpuFrom = sizes.live === 0 ? idle.cpuSeconds : 0;
    api.process.send('pour');
    let count = 0;
    while (count < total) {
      await sleep(20);
      count = await countAt(sink);
      if (performance.now() - from > 120_000) throw new Error(`${name}: ${count} of ${total} after 2 minutes`);
    }
    const seconds = (performance.now() - from) / 1_000;
    const used = usageOf(pid);
    return {
      name,
      events: total,
      seconds,
      perSecond: total / seconds,
      cpuMicros: ((used.cpuSeconds - cpuFrom) / total) * 1e6,
      idleMb: idle.rssMb,
      peakMb: used.peakMb,
    };
  } finally {
    relay.kill('SIGKILL');
    api.process.kill('SIGKILL');
    sink.process.kill('SIGKILL');
  }
}

const [burst = 200_000, live = 200_000] = process.argv
  .slice(2)
  .filter((arg) => /^\d+$/.test(arg))
  .map(Number);
await bundleRelay(bundle);
const runs: Run[] = [];
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice(7);
const profile = process.argv.includes('--profile') ? ['--cpu-prof', '--cpu-prof-dir=/tmp/kef-prof'] : [];
const wanted = (name: string): boolean => only === undefined || name.includes(only);
if (wanted('burst')) runs.push(await run('burst, redaction', [...profile, bundle], { live: 0, burst }, {}));
if (wanted('classify'))
  runs.push(
    await run('burst, redaction and classification', [bundle], { live: 0, burst }, { min_severity: 'low' }, [
      '--warnings',
    ]),
  );
if (wanted('live')) runs.push(await run(`${live} live at start`, [bundle], { live, burst: 0 }, {}));
void bare;
console.table(
  runs.map((r) => ({
    run: r.name,
    'events/s': Math.round(r.perSecond),
    'CPU us/event': r.cpuMicros.toFixed(1),
    'idle MB': Math.round(r.idleMb),
    'peak MB': Math.round(r.peakMb),
  })),
);
