import type { Round } from './round.ts';

/** One measurement of several rounds: medians of rates and times, the highest memory, every loss and duplicate. */
export function combine(rounds: readonly Round[]): Round & { readonly rounds: number } {
  const [first] = rounds;
  if (first === undefined) throw new RangeError('a measurement has at least one round');
  const all = (read: (round: Round) => number): number[] => rounds.map(read);
  const failure = rounds.find((round) => round.failure !== undefined)?.failure;
  return {
    ...first,
    rounds: rounds.length,
    ...(failure === undefined ? undefined : { failure }),
    eventsOut: Math.min(...all((round) => round.eventsOut)),
    duplicates: Math.max(...all((round) => round.duplicates)),
    inversions: Math.max(...all((round) => round.inversions)),
    seconds: median(all((round) => round.seconds)),
    perSecond: median(all((round) => round.perSecond)),
    cpuMicros: {
      all: median(all((round) => round.cpuMicros.all)),
      main: median(all((round) => round.cpuMicros.main)),
      pool: median(all((round) => round.cpuMicros.pool)),
      v8: median(all((round) => round.cpuMicros.v8)),
    },
    restMb: median(all((round) => round.restMb)),
    restOwnMb: median(all((round) => round.restOwnMb)),
    peakMb: Math.max(...all((round) => round.peakMb)),
    startMs: medianOf(rounds.map((round) => round.startMs)),
    firstBatchMs: medianOf(rounds.map((round) => round.firstBatchMs)),
    p50Ms: medianOf(rounds.map((round) => round.p50Ms)),
    p99Ms: medianOf(rounds.map((round) => round.p99Ms)),
    maxMs: medianOf(rounds.map((round) => round.maxMs)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}
