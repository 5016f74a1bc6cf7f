// What one event costs to classify, over every known event: `node test/bench/catalogue.ts`. Prints microseconds per event, the
// best of several rounds, for the built-in rules alone and with user rules, and what loading the rules costs a cold start.
import { execFileSync } from 'node:child_process';
import { builtInRules } from '../../lib/events/builtInRules.ts';
import { catalogueEntries, exampleRecord } from '../../lib/events/catalogue/catalogue.ts';
import { classify } from '../../lib/events/classify.ts';
import type { EventRecord } from '../../lib/events/eventRecord.ts';
import { compileRules } from '../../lib/events/rules.ts';

const eventsPerRound = 100_000;
const rounds = 9;

const known = catalogueEntries().map(({ event }) => exampleRecord(event));
const unknown = known.map((record, index) => ({
  ...record,
  reason: `Custom${index % 500}`,
  component: 'acme-operator',
}));

function measure(name: string, records: readonly EventRecord[], step: (record: EventRecord) => unknown): void {
  const input = Array.from({ length: eventsPerRound }, (_, index) => records[(index * 7) % records.length]).filter(
    (record) => record !== undefined,
  );
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const started = process.hrtime.bigint();
    for (const record of input) step(record);
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1000 / input.length);
  }
  console.log(`${name.padEnd(52)}${best.toFixed(2).padStart(7)} µs`);
}

const userRules = compileRules([
  ...Array.from({ length: 49 }, (_, index) => ({
    match: { namespace: `team-${index}-*`, reason: 'FailedScheduling', message: 'Insufficient (cpu|memory)' },
    severity: 'critical' as const,
  })),
  { match: { namespace: 'default' }, tags: { team: 'core' }, continue: true },
]);

console.log(`${builtInRules.builtIn.rules.length} built-in rules, ${known.length} known events\n`);
measure('every known event, built-in rules', known, (record) => classify(record));
measure('reasons nobody knows, built-in rules', unknown, (record) => classify(record));
measure('every known event, 50 user rules, one of them tags', known, (record) => classify(record, userRules, 'prod'));

/** Milliseconds to load a module and all it imports, in a process of its own. */
function loadMs(module: string): string {
  const script = 'const s=performance.now(); await import(process.argv[1]); console.log(performance.now()-s)';
  const url = new URL(`../../lib/events/${module}`, import.meta.url).href;
  const times = Array.from({ length: 5 }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script, url], { encoding: 'utf8' })),
  );
  return `${Math.min(...times).toFixed(0)} ms`;
}

console.log(
  `\nload from source, types stripped: built-in rules ${loadMs('builtInRules.ts')}, with RE2 ${loadMs('rules.ts')}, with the long texts ${loadMs('explain.ts')}`,
);
