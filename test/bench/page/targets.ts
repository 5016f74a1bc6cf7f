import type { Measurement, Results } from '../results.ts';

/** A promise, what was measured for it, and whether it was kept. */
export interface Target {
  readonly promise: string;
  readonly figure: string;
  readonly isMet: boolean;
}

/** Memory that no scenario of the relay may pass. */
export const memoryLimitMb = 128;
/** CPU time that one event of a burst may cost, everything included. */
export const cpuLimitMicros = 25;
/** The memory limit that the chart gives the container. */
export const chartLimitMb = 256;

/** The promises, each checked against the figures there are. */
export function targetsOf({ scenarios }: Results): Target[] {
  const of = (id: string): Measurement[] => [scenarios[id]].filter((one) => one !== undefined);
  const relays = Object.values(scenarios).filter(({ subject }) => subject === 'relay');
  const highest = relays.toSorted((a, b) => b.peakMb - a.peakMb).slice(0, 1);
  const lives = Object.entries(scenarios)
    .filter(([id, { subject }]) => /^live-\d+/.test(id) && subject === 'relay')
    .map(([, one]) => one);
  return [
    ...of('burst').flatMap((one) => [
      atLeast('burst of 200,000: at least 40,000 events a second', one.perSecond, 40_000, thousands),
      atMost(`burst: at most ${cpuLimitMicros} µs of CPU per event`, one.cpuMicros.all, cpuLimitMicros, micros),
    ]),
    ...of('steady-5000').map((one) =>
      atMost('5,000/s: p99 at most linger + 50 ms', one.p99Ms ?? Number.NaN, one.lingerMs + 50, ms),
    ),
    ...of('sink-50').map((one) =>
      atLeast('sink of 50 ms: at least 2,000 events a second', one.perSecond, 2_000, thousands),
    ),
    ...highest.map((one) =>
      atMost(
        `at most ${memoryLimitMb} MB in every scenario`,
        one.peakMb,
        memoryLimitMb,
        (value) => `${mb(value)} (${one.title})`,
      ),
    ),
    ...[lives].filter(({ length }) => length > 1).map(spreadOf),
    ...of('idle').map((one) => atMost('at rest: at most 80 MB', one.restMb, 80, mb)),
    ...of('live-100').map((one) =>
      atMost('start to first batch: at most a second', one.firstBatchMs ?? Number.NaN, 1_000, ms),
    ),
    ...of('limits').map((one) =>
      atMost(
        `burst of 20,000 with the chart's limits: survives below ${chartLimitMb} MB`,
        one.peakMb,
        chartLimitMb,
        mb,
      ),
    ),
    {
      promise: 'every event in comes out, once, in the order of its object',
      figure: booksOf(relays),
      isMet: relays.every((one) => one.failure === undefined && isBalanced(one)),
    },
  ];
}

function isBalanced({ eventsIn, eventsOut, duplicates, inversions }: Measurement): boolean {
  return eventsIn === eventsOut && duplicates === 0 && inversions === 0;
}

function booksOf(relays: readonly Measurement[]): string {
  const sum = (read: (one: Measurement) => number): number => relays.reduce((total, one) => total + read(one), 0);
  const [came, left] = [sum((one) => one.eventsIn), sum((one) => one.eventsOut)];
  const [twice, turned] = [sum((one) => one.duplicates), sum((one) => one.inversions)];
  return `${thousands(came)} in, ${thousands(left)} out, ${twice} twice, ${turned} out of order`;
}

/** More live events may not mean more memory: what is allowed is the noise between runs. */
function spreadOf(lives: readonly Measurement[]): Target {
  const { peakMb: few = 0 } =
    lives.toSorted((a, b) => a.eventsIn - b.eventsIn).find(({ eventsIn }) => eventsIn > 1_000) ?? {};
  const { peakMb: many = 0, eventsIn = 0 } = lives.toSorted((a, b) => b.eventsIn - a.eventsIn)[0] ?? {};
  return atMost(
    `${thousands(eventsIn)} alive at start: memory as with few, within 20 MB`,
    many - few,
    20,
    (value) => `${value < 0 ? '−' : '+'}${mb(Math.abs(value))}`,
  );
}

function atMost(promise: string, value: number, limit: number, show: (value: number) => string): Target {
  return { promise, figure: show(value), isMet: value <= limit };
}

function atLeast(promise: string, value: number, limit: number, show: (value: number) => string): Target {
  return { promise, figure: show(value), isMet: value >= limit };
}

/** A count with separators. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A count as people round it: three digits that mean something. */
export function rate(value: number): string {
  return thousands(Number(value.toPrecision(3)));
}

export const micros = (value: number): string => `${value.toFixed(1)} µs`;
export const mb = (value: number): string => `${Math.round(value)} MB`;
export const ms = (value: number): string => `${thousands(value)} ms`;
