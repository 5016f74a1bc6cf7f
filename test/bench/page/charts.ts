import type { Measurement, Results } from '../results.ts';
import { barChart } from './barChart.ts';
import { lineChart } from './lineChart.ts';
import { cpuLimitMicros, mb, memoryLimitMb, micros, ms, rate } from './targets.ts';

/** Names of files in docs/benchmarks, and what is in them. */
export type Charts = Readonly<Record<string, string>>;

/** The drawings for the figures there are. */
export function chartsOf(results: Results): Charts {
  return Object.fromEntries(
    [cost(results), memory(results), latency(results), soak(results), profile(results), journey(results)].flat(),
  );
}

type Chart = readonly [file: string, svg: string];

function named(one: Measurement): string {
  const title = one.title.replaceAll('`', '').replace(/ \(.*\)$/, '');
  return `${one.subject === 'bare' ? 'bare loop' : 'relay'}, ${title.replace(', each event', '')}`;
}

function cost({ scenarios }: Results): Chart[] {
  const bursts = ['burst-bare', 'burst', 'burst-classified']
    .map((id) => scenarios[id])
    .filter((one) => one !== undefined);
  if (bursts.length === 0) return [];
  return [
    [
      'cpu.svg',
      barChart({
        title: 'CPU per event in a burst, all threads',
        bars: bursts.map((one) => ({ label: named(one), value: one.cpuMicros.all, tone: one.subject })),
        show: micros,
        limit: { value: cpuLimitMicros, label: `target: at most ${cpuLimitMicros} µs` },
      }),
    ],
    [
      'rate.svg',
      barChart({
        title: 'Events per second in a burst',
        bars: bursts.map((one) => ({ label: named(one), value: one.perSecond, tone: one.subject })),
        show: rate,
        limit: { value: 40_000, label: 'target: at least 40,000' },
      }),
    ],
  ];
}

function memory({ scenarios }: Results): Chart[] {
  const lives = Object.entries(scenarios)
    .filter(([id]) => id.startsWith('live-'))
    .map(([, one]) => one)
    .toSorted((a, b) => a.eventsIn - b.eventsIn);
  if (lives.length === 0) return [];
  return [
    [
      'memory.svg',
      barChart({
        title: 'Highest memory (RSS) by events that are alive at start',
        bars: lives.map((one) => ({ label: named(one), value: one.peakMb, tone: one.subject })),
        show: mb,
        limit: { value: memoryLimitMb, label: `target: at most ${memoryLimitMb} MB` },
      }),
    ],
  ];
}

function latency({ scenarios }: Results): Chart[] {
  const steady = Object.entries(scenarios)
    .filter(([id, { subject }]) => id.startsWith('steady-') && subject === 'relay')
    .map(([, one]) => one);
  const [first] = steady;
  if (first === undefined) return [];
  return [
    [
      'latency.svg',
      barChart({
        title: 'From the watch line to the POST received, p50 and p99',
        bars: steady.flatMap((one) => [
          { label: `${one.title}, p50`, value: one.p50Ms ?? 0, tone: 'part' as const },
          { label: 'p99', value: one.p99Ms ?? 0, tone: 'relay' as const },
        ]),
        show: ms,
        limit: { value: first.lingerMs + 50, label: `target: linger + 50 ms` },
      }),
    ],
  ];
}

function soak({ scenarios: { soak: one } }: Results): Chart[] {
  if (one?.samples === undefined) return [];
  const toHours = 24 / one.seconds;
  return [
    [
      'soak.svg',
      lineChart({
        title: 'Memory (RSS) over a compressed day',
        points: one.samples.map(({ second, rssMb }) => ({ x: second * toHours, y: rssMb })),
        xLabel: (hours) => `${Math.round(hours)} h`,
        yLabel: mb,
        limit: { value: memoryLimitMb, label: `target: at most ${memoryLimitMb} MB` },
      }),
    ],
  ];
}

function profile({ profile: known }: Results): Chart[] {
  if (known === undefined) return [];
  return [
    [
      'profile.svg',
      barChart({
        title: 'Where the main thread spends a burst',
        bars: known.parts.map(({ name, share }) => ({ label: name, value: share, tone: 'part' })),
        show: (share) => `${(share * 100).toFixed(1)} %`,
      }),
    ],
  ];
}

function journey({ journey: known }: Results): Chart[] {
  if (known === undefined) return [];
  return [
    [
      'journey.svg',
      barChart({
        title: `From creation to the event bus in local mode, ${known.perSecond}/s`,
        bars: known.stages.flatMap(({ name, p50Ms, p99Ms }) => [
          { label: `${name}, p50`, value: p50Ms, tone: 'part' as const },
          { label: 'p99', value: p99Ms, tone: 'relay' as const },
        ]),
        show: ms,
      }),
    ],
  ];
}
