/**
 * The benchmarks of the relay: `npm run bench`. Measures every scenario, keeps the figures in docs/benchmarks/results.json and
 * writes docs/benchmarks.md and its charts from them.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleRelay } from '../../lib/relay/bundle.ts';
import { measureJourney } from './journey/journey.ts';
import { writePage } from './page/writePage.ts';
import { measure, relayFile } from './relay/measure.ts';
import { profileBurst } from './relay/profile.ts';
import { type Scenario, scenarios } from './relay/scenario.ts';
import { type Measurement, type Results, readResults, resultsFile, thisMachine, writeResults } from './results.ts';

const usage = `Usage: npm run bench -- [--only NAME[,NAME]] [--render] [--list]

  --only NAME   only these scenarios (a name, or how names begin); the others keep their figures
  --render      measure nothing, write the page from the figures that are there
  --list        names of all scenarios`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    render: { type: 'boolean' },
    list: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

function isWanted(id: string): boolean {
  const wanted = values.only?.split(',');
  return wanted === undefined || wanted.some((name) => id === name || (name !== '' && id.startsWith(`${name}-`)));
}

function lineOf(id: string, one: Measurement): string {
  const time = one.p99Ms === null ? '' : `, p50 ${one.p50Ms?.toFixed(0)} ms, p99 ${one.p99Ms.toFixed(0)} ms`;
  const start = one.firstBatchMs === null ? '' : `, first batch after ${one.firstBatchMs.toFixed(0)} ms`;
  const count = `${one.eventsIn} in, ${one.eventsOut} out`;
  const cost = `${one.perSecond.toFixed(0)}/s, ${one.cpuMicros.all.toFixed(1)} µs, ${one.restMb.toFixed(0)}–${one.peakMb.toFixed(0)} MB`;
  return `${id.padEnd(18)} ${count}; ${cost}${time}${start}${one.failure === undefined ? '' : `; ${one.failure}`}`;
}

async function run(): Promise<void> {
  const known: Results = existsSync(resultsFile) ? readResults() : { machine: thisMachine(), scenarios: {} };
  const results = { ...known, machine: thisMachine(), scenarios: { ...known.scenarios } };
  await bundleRelay(relayFile);
  for (const scenario of scenarios.filter(({ id }) => isWanted(id))) {
    const measurement = await measure(scenario);
    results.scenarios[scenario.id] = measurement;
    console.log(lineOf(scenario.id, measurement));
    writeResults(results);
  }
  if (isWanted('profile')) {
    results.profile = await profileBurst(profiled);
    writeResults(results);
  }
  if (isWanted('journey')) {
    results.journey = await measureJourney(100, 20);
    writeResults(results);
  }
}

const profiled: Scenario = { id: 'profile', title: 'profile', subject: 'relay', server: { live: 0, burst: 200_000 } };

if (values.help) console.log(usage);
else if (values.list) console.log(list());
else {
  if (!values.render) await run();
  writePage(readResults(), path.dirname(path.dirname(resultsFile)));
}

function list(): string {
  const lines = scenarios.map(({ id, title, subject }) => `${id.padEnd(18)} ${title} (${subject})`);
  return [
    ...lines,
    `${'profile'.padEnd(18)} what a burst's time is spent on`,
    `${'journey'.padEnd(18)} from creation to the event bus in local mode`,
  ].join('\n');
}
