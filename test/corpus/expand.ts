import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type * as z from 'zod';
import type { RawEvent } from '../../lib/events/readEvent.ts';
import { emitterOf, processOf } from './emitters.ts';
import { LegacyRecorder } from './legacyRecorder.ts';
import { randomOf } from './random.ts';
import {
  type Expectation,
  expectationSchema,
  type Parts,
  partsSchema,
  type Scenario,
  scenarioSchema,
  stepSchema,
  worldSchema,
} from './schema.ts';
import { SeriesRecorder } from './seriesRecorder.ts';
import { toRawEvent, type Write } from './storedEvent.ts';
import { type Happening, timelineOf } from './timeline.ts';
import { World } from './world.ts';

/** One line of a watch, with when it arrives. */
export interface CorpusLine {
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly type: 'ADDED' | 'MODIFIED';
  readonly object: RawEvent;
  /** True for healthy churn. */
  readonly background: boolean;
}

/** A scenario, expanded. */
export interface Expanded {
  /** File name without `.yaml`. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly world: World;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly lines: readonly CorpusLine[];
  /** Expected severities: the scenario's own, then those of every scenario. */
  readonly expectations: readonly Expectation[];
}

const folder = new URL('.', import.meta.url);
/** From the API server's write to the relay having the line. */
const watchLatencyMs = 180;

/** Names of all scenarios. */
export function scenarioNames(): string[] {
  return namesIn('scenarios/');
}

/** Reads a scenario. @throws when the file breaks the format */
export function readScenario(name: string): Scenario {
  return scenarioSchema.parse(readYaml(`scenarios/${name}.yaml`));
}

/** Reads and expands a scenario. The same name gives the same lines, always. */
export function expandScenario(name: string): Expanded {
  return expand(name, readScenario(name));
}

/** Expands a scenario that is not in a file. */
export function expand(name: string, scenario: Scenario): Expanded {
  const { parts, background, severities } = common();
  const seed = `${name}/${scenario.seed}`;
  const spec = { ...scenario.world, workloads: { ...background.workloads, ...scenario.world.workloads } };
  const world = new World(spec, seed);
  const start = Date.parse(scenario.start);
  const options = { world, parts, scenario, start };
  const happenings = [
    ...timelineOf(background.timeline, { ...options, random: randomOf(`${seed}/background`), background: true }),
    ...timelineOf(scenario.timeline, { ...options, random: randomOf(`${seed}/timeline`), background: false }),
  ].sort((a, b) => a.at - b.at);
  const expectations = [...scenario.severities, ...severities];
  return { name, scenario, world, start, lines: recorded(happenings, scenario, start, seed), expectations };
}

/** What a watch would deliver when these things happen. */
export function recorded(
  happenings: readonly Happening[],
  scenario: Pick<Scenario, 'kubernetes' | 'lasts' | 'served'>,
  start: number,
  seed: string,
): CorpusLine[] {
  const minor = Number(scenario.kubernetes.split('.')[1]);
  const legacy = new Map<string, LegacyRecorder>();
  const series = new Map<string, SeriesRecorder>();
  const writes: Write[] = [];
  for (const happening of happenings) {
    const { recorder } = emitterOf(happening.component);
    const process = recorder === 'direct' ? `direct ${writes.length}` : processOf(happening);
    const random = randomOf(`${seed}/${process}/${writes.length}`);
    if (recorder === 'series') {
      // The timers of a process that started some time before the scenario are at any point of their period.
      const phase = randomOf(`${seed}/${process}`).integer(0, 359) * 1000;
      const own = series.get(process) ?? new SeriesRecorder(randomOf(`${seed}/${process}/events`), start - phase);
      series.set(process, own);
      writes.push(...own.tick(happening.at), ...oneOrNone(own.record(happening)));
    } else {
      const own = legacy.get(process) ?? new LegacyRecorder(random, minor);
      if (recorder === 'legacy') legacy.set(process, own);
      writes.push(...oneOrNone(own.record(happening)));
    }
  }
  for (const recorder of series.values()) writes.push(...recorder.tick(start + scenario.lasts));
  return writes
    .sort((a, b) => a.at - b.at)
    .map(({ at, type, event }, index) => ({
      receivedAt: at + watchLatencyMs,
      type,
      object: toRawEvent(event, 1_000_000 + 7 * index, scenario.served, minor),
      background: event.happening.background,
    }));
}

const backgroundSchema = worldSchema.pick({ workloads: true }).extend({ timeline: stepSchema.array() });

interface Common {
  readonly parts: Parts;
  readonly background: z.infer<typeof backgroundSchema>;
  readonly severities: readonly Expectation[];
}

let read: Common | undefined;

/** What all scenarios share, read once. */
function common(): Common {
  read ??= {
    parts: Object.assign({}, ...namesIn('parts/').map((name) => partsSchema.parse(readYaml(`parts/${name}.yaml`)))),
    background: backgroundSchema.parse(readYaml('background.yaml')),
    severities: expectationSchema.array().parse(readYaml('severities.yaml')),
  };
  return read;
}

/** Names of the YAML files of a folder, sorted. */
function namesIn(path: string): string[] {
  const files = readdirSync(new URL(path, folder)).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => file.slice(0, -'.yaml'.length)).sort();
}

function readYaml(path: string): unknown {
  return parse(readFileSync(new URL(path, folder), 'utf8'));
}

function oneOrNone<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

// `node test/corpus/expand.ts NAME` prints the watch lines, for `kef replay -` and for reading.
if (import.meta.main) {
  for (const name of process.argv.slice(2)) {
    for (const { type, object } of expandScenario(name).lines)
      process.stdout.write(`${JSON.stringify({ type, object })}\n`);
  }
}
