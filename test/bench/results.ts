import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const number = z.number();
const optionalNumber = z.number().nullable();

/** A moment of a run. */
const sampleSchema = z.object({ second: number, rssMb: number, handles: number });

/** What one scenario came to: medians of rates and times over its rounds, the highest memory. */
export const measurementSchema = z.object({
  title: z.string(),
  subject: z.enum(['relay', 'bare']),
  measuredAt: z.string(),
  /** Load of the machine when it began, over a minute. */
  load: number,
  rounds: number,
  /** Set when it did not get to the end; the rest is what was there by then. */
  failure: z.string().optional(),
  eventsIn: number,
  eventsOut: number,
  duplicates: number,
  /** Events that came after a later event about the same object. */
  inversions: number,
  posts: number,
  refusedPosts: number,
  seconds: number,
  perSecond: number,
  cpuMicros: z.object({ all: number, main: number, pool: number, v8: number }),
  /** CPU seconds per minute, of scenarios without events. */
  cpuSecondsPerMinute: number.optional(),
  restMb: number,
  /** Of it what is the process's own: without the executable of Node, whose pages are shared. */
  restOwnMb: number.default(0),
  peakMb: number,
  /** From the start of the process to its watch. */
  startMs: optionalNumber,
  /** From the start of the process to the arrival of its first batch with events. */
  firstBatchMs: optionalNumber,
  p50Ms: optionalNumber,
  p99Ms: optionalNumber,
  maxMs: optionalNumber,
  /** Milliseconds a batch waits to fill. */
  lingerMs: number,
  limit: z.object({ millicores: number, how: z.string(), periods: number, throttled: number }).optional(),
  samples: z.array(sampleSchema).optional(),
});

/** See {@link measurementSchema}. */
export type Measurement = z.infer<typeof measurementSchema>;

/** What share of its time the relay's main thread spent on what, in a burst. */
export const profileSchema = z.object({
  measuredAt: z.string(),
  events: number,
  samples: number,
  parts: z.array(z.object({ name: z.string(), share: number })),
});

/** Creation to bus entry through the whole local system, stage by stage. */
export const journeySchema = z.object({
  measuredAt: z.string(),
  load: number,
  perSecond: number,
  events: number,
  arrived: number,
  lingerMs: number,
  stages: z.array(z.object({ name: z.string(), p50Ms: number, p99Ms: number, maxMs: number })),
});

const machineSchema = z.object({
  node: z.string(),
  cpu: z.string(),
  cores: number,
  memoryGb: number,
  kernel: z.string(),
});

/** Everything the page of results is made of. */
export const resultsSchema = z.object({
  machine: machineSchema,
  scenarios: z.record(z.string(), measurementSchema),
  profile: profileSchema.optional(),
  journey: journeySchema.optional(),
});

/** See {@link resultsSchema}. */
export type Results = z.infer<typeof resultsSchema>;

/** Where the committed results are. */
export const resultsFile = fileURLToPath(new URL('../../docs/benchmarks/results.json', import.meta.url));

/** Reads the committed results. */
export function readResults(file = resultsFile): Results {
  return resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Writes results, numbers rounded to what can be told apart. */
export function writeResults(results: Results, file = resultsFile): void {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`);
}

/** The machine that runs this. */
export function thisMachine(): Results['machine'] {
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
  };
}
