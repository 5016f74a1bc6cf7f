import type { Measurement, Results } from '../results.ts';
import { mb, micros, ms, rate, targetsOf, thousands } from './targets.ts';

/** The page of results in Markdown. Every figure in it comes from the results: the words around them name none. */
export function pageOf(results: Results): string {
  return [
    heading(results),
    targets(results),
    rest(results),
    burst(results),
    steady(results),
    sinks(results),
    live(results),
    odd(results),
    limits(results),
    soak(results),
    profile(results),
    journey(results),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function heading({ machine, scenarios }: Results): string {
  const all = Object.values(scenarios);
  const days = [...new Set(all.map(({ measuredAt }) => measuredAt.slice(0, 10)))].sort();
  const loads = all.map(({ load }) => load);
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  return `# Benchmarks

Written by \`npm run bench\` from [results.json](benchmarks/results.json); changes made by hand are lost. \`npm run bench -- --only burst,steady\` measures
some of it anew, \`--list\` names every scenario, \`--render\` only writes the page. \`npm run bench\` takes about ten minutes.

The relay is the file that the image runs, a process of its own. The list/watch server and the sink are two more processes whose cost is not counted. CPU time (all
threads) and memory (RSS, the highest that the kernel saw) are read from \`/proc\`. Every event carries its number and the moment of its write to the watch, so the sink knows
what is lost, doubled, late or out of order. Events have about 1.1 KB, as the API server sends them.

The **bare loop** is what a person writes in twenty lines (\`test/bench/relay/bareLoop.ts\`): list, watch, parse, gzip, post. No redaction, no signature, no retry, no position,
no order. It runs in the same minutes on the same machine: on a machine that does other work too, ratios say more than times.

Measured ${days.join(' to ')} on Node ${machine.node.slice(1)}, ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, Linux ${machine.kernel.split('-')[0]}; load of the machine before each scenario:
${least.toFixed(1)} to ${most.toFixed(1)}.`;
}

function targets(results: Results): string {
  const rows = targetsOf(results).map(({ promise, figure, isMet }) => [promise, figure, isMet ? 'met' : '**missed**']);
  return `## Targets

${table(['target', 'measured', ''], rows)}`;
}

function rest({ scenarios: { idle: one } }: Results): string {
  if (one?.cpuSecondsPerMinute === undefined) return '';
  return `## At rest

A relay whose cluster is silent takes ${mb(one.restMb)}: ${mb(one.restOwnMb)} of its own and ${mb(one.restMb - one.restOwnMb)} of files, which are the pages of Node's executable that
it has touched, shared by all processes of the machine and given back when memory is short. It uses ${ms(one.cpuSecondsPerMinute * 1_000)} of CPU a minute.`;
}

function burst({ scenarios }: Results): string {
  const shown = ['burst-bare', 'burst', 'burst-classified'].map((id) => scenarios[id]);
  return section(
    'A burst',
    '![CPU per event](benchmarks/cpu.svg)\n\n![Events per second](benchmarks/rate.svg)',
    shown,
    [
      ['events/s', (one) => rate(one.perSecond)],
      ['CPU per event', (one) => micros(one.cpuMicros.all)],
      ['of it JavaScript', (one) => micros(one.cpuMicros.main)],
      ['gzip and other pool threads', (one) => micros(one.cpuMicros.pool)],
      ["V8's helpers", (one) => micros(one.cpuMicros.v8)],
      ['before', (one) => mb(one.restMb)],
      ['highest', (one) => mb(one.peakMb)],
    ],
  );
}

function steady({ scenarios }: Results): string {
  const shown = ['steady-500', 'steady-2000', 'steady-5000', 'steady-5000-bare'].map((id) => scenarios[id]);
  return section(
    'Steady rates',
    '![From the watch line to the POST received](benchmarks/latency.svg)\n\nFrom the write of the watch line to the arrival of the POST at the sink. A batch waits for `linger` or until it is full.',
    shown,
    [
      ['p50', (one) => maybe(one.p50Ms)],
      ['p99', (one) => maybe(one.p99Ms)],
      ['longest', (one) => maybe(one.maxMs)],
      ['CPU per event', (one) => micros(one.cpuMicros.all)],
      ['POSTs', (one) => thousands(one.posts)],
      ['highest', (one) => mb(one.peakMb)],
    ],
  );
}

function sinks({ scenarios }: Results): string {
  const shown = ['sink-5', 'sink-50', 'sink-500', 'sink-500-bare'].map((id) => scenarios[id]);
  return section(
    'A slow sink',
    'As many events as the pipeline takes: the API server writes whenever the relay reads. Nothing is dropped; the watch waits.',
    shown,
    [
      ['events', (one) => thousands(one.eventsIn)],
      ['events/s', (one) => rate(one.perSecond)],
      ['CPU per event', (one) => micros(one.cpuMicros.all)],
      ['highest', (one) => mb(one.peakMb)],
    ],
  );
}

function live({ scenarios }: Results): string {
  const shown = Object.entries(scenarios)
    .filter(([id]) => id.startsWith('live-'))
    .map(([, one]) => one)
    .toSorted((a, b) => a.eventsIn - b.eventsIn);
  return section(
    'Live events at start',
    '![Highest memory by live events](benchmarks/memory.svg)\n\nA first start on a cluster that has events already. Everything counts from the first instruction of the process.',
    shown,
    [
      ['first batch after', (one) => maybe(one.firstBatchMs)],
      ['events/s', (one) => rate(one.perSecond)],
      ['CPU per event', (one) => micros(one.cpuMicros.all)],
      ['highest', (one) => mb(one.peakMb)],
    ],
  );
}

function odd({ scenarios }: Results): string {
  const shown = ['updates', 'size-76k', 'size-300k'].map((id) => scenarios[id]);
  return section(
    'Updates and large events',
    'An update whose count grew is an occurrence and is forwarded. Over-long messages are cut in the relay, and the event says so; none is refused.',
    shown,
    [
      ['events/s', (one) => rate(one.perSecond)],
      ['CPU per event', (one) => micros(one.cpuMicros.all)],
      ['p99', (one) => maybe(one.p99Ms)],
      ['POSTs', (one) => thousands(one.posts)],
      ['highest', (one) => mb(one.peakMb)],
    ],
  );
}

function limits({ scenarios: { limits: one } }: Results): string {
  if (one?.limit === undefined) return '';
  const { millicores, how, periods, throttled } = one.limit;
  return section(
    "The chart's limits",
    `The relay runs in a control group of its own with ${millicores} thousandths of a core from its first instruction on (${how}; throttled in ${thousands(throttled)} of ${thousands(periods)} periods). Memory is not limited by the group but compared with the highest value
the kernel saw: a container is killed by what passes its limit, and nothing did. CPU per event includes the start of the process.`,
    [one],
    [
      ['watching after', ({ startMs }) => maybe(startMs)],
      ['all delivered after', ({ seconds }) => `${seconds.toFixed(1)} s`],
      ['CPU per event', ({ cpuMicros }) => micros(cpuMicros.all)],
      ['p99', ({ p99Ms }) => maybe(p99Ms)],
      ['highest', ({ peakMb }) => mb(peakMb)],
    ],
  );
}

function soak({ scenarios: { soak: one } }: Results): string {
  const samples = one?.samples ?? [];
  if (one === undefined || samples.length < 8) return '';
  // The first half is for warming up: caches fill, code is compiled, the collector finds its pace.
  const settled = samples.slice(Math.floor(samples.length / 2));
  const handles = settled.map((sample) => sample.handles);
  const slope = slopeOf(settled.map(({ second, rssMb }) => [(second / one.seconds) * 24, rssMb]));
  return section(
    'A day, compressed',
    `![Memory over a compressed day](benchmarks/soak.svg)

The rate, the ends of watches and the faults of 24 hours in ${Math.round(one.seconds)} seconds. Every hour: a loud and a silent part, eight watches that the server ends, a position that is too old (410, a list
of the whole hour), an API that answers 503 for a while and cuts a connection. Over the second half memory moves by ${slope >= 0 ? '+' : '−'}${Math.abs(slope * 12).toFixed(1)} MB in all (the line that fits best), and open
handles stay between ${Math.min(...handles)} and ${Math.max(...handles)}.`,
    [one],
    [
      ['events', ({ eventsIn }) => thousands(eventsIn)],
      ['POSTs', ({ posts }) => thousands(posts)],
      ['refused or cut', ({ refusedPosts }) => thousands(refusedPosts)],
      ['CPU per event', ({ cpuMicros }) => micros(cpuMicros.all)],
      ['highest', ({ peakMb }) => mb(peakMb)],
    ],
  );
}

function profile({ profile: known }: Results): string {
  if (known === undefined) return '';
  return `## What the time is spent on

![Where the main thread spends a burst](benchmarks/profile.svg)

Node's own profiler over a burst of ${thousands(known.events)} (\`npm run bench -- --only profile\`), ${thousands(known.samples)} samples of the main thread, what V8 and Node do inside counted for who asked for
it. Waiting is left out. Collecting garbage is mostly the parsed events, which are dead as soon as they are serialised again.`;
}

function journey({ journey: known }: Results): string {
  if (known === undefined) return '';
  return `## From creation to the event bus

![From creation to the event bus](benchmarks/journey.svg)

The whole local system (\`npm run bench:latency\`): API server, relay with a linger of ${known.lingerMs} ms, HTTP API, functions, table, stream, bus. ${thousands(known.events)} events at ${known.perSecond}/s, ${thousands(known.arrived)} of them on the bus. Each
stage begins where the one before ends. The relay adds its linger and little else; what lies behind it are functions and emulated services that share the cores of this machine,
one conditional write for each incident among them. So this tells how local mode feels on a machine with that load (${known.load.toFixed(1)}), not how fast AWS is.

${table(
  ['stage', 'p50', 'p99', 'longest'],
  known.stages.map(({ name, p50Ms, p99Ms, maxMs }) => [name, ms(p50Ms), ms(p99Ms), ms(maxMs)]),
)}`;
}

type Column = readonly [head: string, read: (one: Measurement) => string];

function section(
  title: string,
  words: string,
  shown: readonly (Measurement | undefined)[],
  columns: readonly Column[],
): string {
  const known = shown.filter((one) => one !== undefined);
  if (known.length === 0) return '';
  const rows = known.map((one) => [
    one.title,
    one.subject === 'bare' ? 'bare loop' : 'relay',
    ...columns.map(([, read]) => read(one)),
    booksOf(one),
  ]);
  return `## ${title}\n\n${words}\n\n${table(['scenario', '', ...columns.map(([head]) => head), 'lost / twice / out of order'], rows)}`;
}

function booksOf({ eventsIn, eventsOut, duplicates, inversions, failure }: Measurement): string {
  const books = `${thousands(eventsIn - eventsOut)} / ${thousands(duplicates)} / ${thousands(inversions)}`;
  return failure === undefined ? books : `${books}; ${failure}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function maybe(value: number | null): string {
  return value === null ? '' : ms(value);
}

/** Least squares: how much y grows with one x. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}
