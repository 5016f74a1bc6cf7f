import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleRelay } from '../../lib/relay/bundle.ts';
import { countAt, nextMessage, sleep, startHelper, startRelay, usageOf } from './relay/processes.ts';

/**
 * Benchmark of the relay. API server, relay and sink are three processes; CPU time and memory are the relay's alone, read
 * from /proc. The bare loop runs in between on the same machine at the same time, because wall time on a shared machine says
 * little and ratios say more.
 */
const usage = `Usage: node test/bench/relay.ts [--burst N] [--live N] [--rounds N] [--only NAME] [--profile DIR] [--out FILE]`;

const { values } = parseArgs({
  options: {
    burst: { type: 'string', default: '200000' },
    live: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = path.join(root, 'dist/relay.mjs');
const bare = path.join(root, 'test/bench/relay/bareLoop.ts');

interface Scenario {
  readonly name: string;
  readonly script: string;
  readonly live: number;
  readonly burst: number;
  readonly settings?: Record<string, unknown>;
  readonly serverFlags?: readonly string[];
}

interface Measured {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly idleMb: number;
  readonly peakMb: number;
  readonly startMs: number;
}

const [burst, live] = [Number(values.burst), Number(values.live)];
// Events of type Warning throughout, so that everything is classified and nothing is dropped.
const classified = { settings: { min_severity: 'low' }, serverFlags: ['--warnings'] };
const scenarios: readonly Scenario[] = [
  { name: 'bare loop, burst', script: bare, live: 0, burst },
  { name: 'relay, burst', script: bundle, live: 0, burst },
  { name: 'relay, burst, classified', script: bundle, live: 0, burst, ...classified },
  { name: 'relay, live at start', script: bundle, live, burst: 0 },
];

async function measure(scenario: Scenario): Promise<Measured> {
  const { live: liveCount, burst: burstCount } = scenario;
  const total = liveCount + burstCount;
  const api = await startHelper('apiServer.ts', liveCount, burstCount, 1, '--wait', ...(scenario.serverFlags ?? []));
  const sink = await startHelper('sinkServer.ts', 0);
  const watching = nextMessage(api.process, 'watching');
  const profile = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const startedAt = performance.now();
  const relay = startRelay([...profile, scenario.script], api, sink, scenario.settings);
  const ended = new Promise<never>((_resolve, reject) => {
    relay.once('exit', (code) => reject(new Error(`${scenario.name}: the relay ended with code ${code}`)));
  });
  ended.catch(() => {}); // also rejects when we end it
  try {
    await Promise.race([watching, ended]);
    const startMs = performance.now() - startedAt;
    const pid = relay.pid ?? 0;
    if (liveCount === 0) await sleep(2_000);
    const idle = usageOf(pid);
    // With events at start everything counts from the first instruction; a burst counts from its first byte.
    const [from, cpuFrom] = liveCount === 0 ? [performance.now(), idle.cpuSeconds] : [startedAt, 0];
    api.process.send('pour');
    while ((await Promise.race([countAt(sink), ended])) < total) {
      await sleep(10);
      if (performance.now() - from > 120_000) throw new Error(`${scenario.name}: not done after two minutes`);
    }
    const seconds = (performance.now() - from) / 1_000;
    const used = usageOf(pid);
    return {
      perSecond: total / seconds,
      cpuMicros: ((used.cpuSeconds - cpuFrom) / total) * 1e6,
      idleMb: idle.rssMb,
      peakMb: used.peakMb,
      startMs,
    };
  } finally {
    // A profile is written at the end of an orderly life.
    relay.kill(values.profile === undefined ? 'SIGKILL' : 'SIGTERM');
    if (relay.exitCode === null) await new Promise((resolve) => relay.once('exit', resolve));
    api.process.kill('SIGKILL');
    sink.process.kill('SIGKILL');
  }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
await bundleRelay(bundle);
const results = new Map<string, Measured[]>();
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const scenario of scenarios) {
    if (!scenario.name.includes(values.only)) continue;
    results.set(scenario.name, [...(results.get(scenario.name) ?? []), await measure(scenario)]);
  }
}
const table = [...results].map(([name, runs]) => ({
  scenario: name,
  'events/s': Math.round(median(runs.map((run) => run.perSecond))),
  'CPU µs/event': Number(median(runs.map((run) => run.cpuMicros)).toFixed(1)),
  'idle MB': Math.round(median(runs.map((run) => run.idleMb))),
  'peak MB (highest)': Math.round(Math.max(...runs.map((run) => run.peakMb))),
  'start ms': Math.round(median(runs.map((run) => run.startMs))),
}));
console.table(table);
if (values.out !== undefined) {
  mkdirSync(path.dirname(values.out), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  writeFileSync(
    values.out,
    `${JSON.stringify({ ...machine, burst, live, rounds: values.rounds, table }, undefined, 2)}\n`,
  );
}
