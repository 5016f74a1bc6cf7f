import { rmSync } from 'node:fs';
import type { Measurement } from '../results.ts';
import { nowMicros } from './benchEvent.ts';
import { end, type Helper, nextMessage, sleep, startHelper, startRelay } from './processes.ts';
import type { Scenario } from './scenario.ts';
import type { SinkPlan, SinkReport } from './sinkServer.ts';
import { cpuBetween, cpuOf, handlesOf, memoryOf, noCpu } from './usage.ts';

/** What one round of a scenario came to. */
export type Round = Omit<Measurement, 'title' | 'subject' | 'measuredAt' | 'load' | 'rounds' | 'limit' | 'lingerMs'>;

/** How to start what is measured. */
export interface RoundOptions {
  readonly script: readonly string[];
  readonly procsFile?: string | undefined;
  /** SIGTERM lets Node write a profile. @default SIGKILL */
  readonly endWith?: NodeJS.Signals;
}

const longestMs = 240_000;
/** Longest from the last event written to the last event received. */
const tailMs = 45_000;
/** After its watch is open a process gets this long to settle before it is measured. */
const settleMs = 1_500;
const sampleMs = 250;

/** Runs API server, relay and sink once; CPU time and memory are the relay's alone. */
export async function runRound(scenario: Scenario, options: RoundOptions): Promise<Round> {
  const { server, soak } = scenario;
  const eventsIn = soak === undefined ? server.live + server.burst : soak.hours * soak.eventsPerHour;
  const api = soak === undefined ? await startHelper('apiServer.ts', server) : await startHelper('soakServer.ts', soak);
  const sinkPlan: SinkPlan = {
    total: eventsIn,
    delayMs: scenario.sinkDelayMs ?? 0,
    orderedFrom: server.live,
    ...(scenario.sinkFaults === undefined ? undefined : { faults: scenario.sinkFaults }),
  };
  const sink = await startHelper('sinkServer.ts', sinkPlan);
  const complete = nextMessage(sink.process, 'complete');
  complete.catch(() => {}); // also rejects when we end it
  const watching = nextMessage(api.process, 'watching');
  watching.catch(() => {});
  const tail = nextMessage(api.process, 'poured').then(() => sleep(tailMs, 'late' as const));
  tail.catch(() => {});
  const startedAt = nowMicros();
  const relay = startRelay({ ...options, api, sink, settings: scenario.settings ?? {} });
  const pid = relay.process.pid ?? 0;
  const ended = new Promise<'ended'>((resolve) => relay.process.once('exit', () => resolve('ended')));
  const samples: NonNullable<Round['samples']> = [];
  let sampler: NodeJS.Timeout | undefined;
  try {
    const isFromStart = server.live > 0;
    let startMs: number | null = null;
    watching.then(
      ({ at }) => {
        startMs = (Number(at) - startedAt) / 1_000;
      },
      () => {}, // over before it watched
    );
    if (!isFromStart) {
      await Promise.race([watching, ended]);
      await sleep(settleMs);
    }
    const rest = isFromStart ? { rssMb: 0, ownMb: 0 } : memoryOf(pid);
    // With events at start everything counts from the first instruction; a burst counts from its first byte.
    const cpuBefore = isFromStart || scenario.millicores !== undefined ? noCpu : cpuOf(pid);
    const begin = isFromStart ? startedAt : nowMicros();
    sampler = setInterval(() => {
      const second = (nowMicros() - begin) / 1e6;
      samples.push({ second, rssMb: memoryOf(pid).rssMb, handles: handlesOf(pid) });
    }, sampleMs);
    ended.then(() => clearInterval(sampler));
    api.process.send('pour');
    const idleMs = (scenario.idleSeconds ?? 0) * 1_000;
    const outcome = await Promise.race([
      idleMs > 0 ? sleep(idleMs) : complete,
      ended,
      sleep(longestMs, 'late' as const),
    ]);
    clearInterval(sampler);
    const isOver = outcome === 'ended' || outcome === 'late';
    const cpu = outcome === 'ended' ? noCpu : cpuBetween(cpuBefore, cpuOf(pid));
    const report = await reportOf(sink);
    const seconds = idleMs > 0 ? idleMs / 1_000 : Math.max(1e-3, (report.lastAt - begin) / 1e6);
    const micros = (value: number): number => (eventsIn === 0 ? 0 : (value / eventsIn) * 1e6);
    return {
      ...(isOver ? { failure: failureOf(outcome, relay.process.signalCode, relay.process.exitCode) } : undefined),
      eventsIn,
      eventsOut: report.unique,
      duplicates: report.duplicates,
      inversions: report.inversions,
      posts: report.posts,
      refusedPosts: report.refused,
      seconds,
      perSecond: report.unique / seconds,
      cpuMicros: { all: micros(cpu.all), main: micros(cpu.main), pool: micros(cpu.pool), v8: micros(cpu.v8) },
      ...(idleMs > 0 ? { cpuSecondsPerMinute: (cpu.all / seconds) * 60 } : undefined),
      restMb: rest.rssMb,
      restOwnMb: rest.ownMb,
      peakMb: outcome === 'ended' ? Math.max(0, ...samples.map(({ rssMb }) => rssMb)) : memoryOf(pid).peakMb,
      startMs,
      firstBatchMs: isFromStart && report.firstAt > 0 ? (report.firstAt - startedAt) / 1_000 : null,
      p50Ms: report.p50Ms,
      p99Ms: report.p99Ms,
      maxMs: report.maxMs,
      ...(soak === undefined ? undefined : { samples }),
    };
  } finally {
    clearInterval(sampler);
    await end(relay.process, options.endWith);
    await Promise.all([end(api.process), end(sink.process)]);
    rmSync(relay.directory, { recursive: true });
  }
}

async function reportOf(sink: Helper): Promise<SinkReport> {
  const answer = nextMessage(sink.process, 'report');
  sink.process.send('report');
  const { report } = await answer;
  return report as SinkReport; // what sinkServer.ts sends under this type
}

function failureOf(outcome: 'ended' | 'late', signal: string | null, code: number | null): string {
  if (outcome === 'late') return 'not everything arrived in time';
  return `the process ended (${signal ?? `code ${code}`})`;
}
