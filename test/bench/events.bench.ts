// What one event costs in the domain, step by step: `node test/bench/events.bench.ts`. Prints microseconds per event,
// the best of several rounds, over real recordings of both APIs with managedFields, about 1 KB each.
import { readFileSync } from 'node:fs';
import { classify } from '../../lib/events/classify.ts';
import type { EventRecord } from '../../lib/events/eventRecord.ts';
import { fingerprintOf } from '../../lib/events/fingerprint.ts';
import { maskSecrets } from '../../lib/events/maskSecrets.ts';
import { occurrenceKeyOf } from '../../lib/events/occurrence.ts';
import { type RawEvent, readEvent } from '../../lib/events/readEvent.ts';
import { redactEvent } from '../../lib/events/redact.ts';
import { compileRules } from '../../lib/events/rules.ts';
import { toStandardEvent } from '../../lib/events/standardEvent.ts';

const eventsPerRound = 20_000;
const rounds = 7;

const lines = ['real-events-v1.ndjson', 'real-core-v1.ndjson'].flatMap((file) =>
  readFileSync(new URL(`../fixtures/events/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n'),
);
const texts = lines
  .filter((line) => /^."type":"(?:ADDED|MODIFIED)"/.test(line))
  .map((line) => JSON.stringify((JSON.parse(line) as { object: unknown }).object));

/** Fresh objects for every round: redaction works in place, and parsed objects are what the relay hands in. */
function parseAll(): RawEvent[] {
  return Array.from({ length: eventsPerRound }, (_, index) => JSON.parse(texts[index % texts.length] ?? '{}'));
}

function measure<Input>(name: string, prepare: () => Input[], step: (input: Input) => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const inputs = prepare();
    const started = process.hrtime.bigint();
    for (const input of inputs) step(input);
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1000 / inputs.length);
  }
  console.log(`${name.padEnd(44)}${best.toFixed(2).padStart(7)} µs`);
}

const records = (): EventRecord[] => parseAll().map(readEvent);
const userRules = compileRules(
  Array.from({ length: 50 }, (_, index) => ({
    match: { namespace: `team-${index}`, reason: 'FailedScheduling', message: 'Insufficient (cpu|memory)' },
    severity: 'critical' as const,
  })),
);
const message =
  '0/7 nodes are available: 1 node(s) had untolerated taint(s), 6 Insufficient cpu. no new claims to deallocate, preemption: 0/7 nodes are available: 7 No.';

const bytes = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
console.log(`${texts.length} recorded events, ${bytes.toFixed(0)} bytes on average\n`);
measure(
  'JSON.parse (for comparison)',
  () => Array(eventsPerRound).fill(0),
  (index) => JSON.parse(texts[index] ?? '{}'),
);
measure('redactEvent', parseAll, (raw) => redactEvent(raw));
measure('readEvent', parseAll, (raw) => readEvent(raw));
measure('classify, with the effective reason', records, (record) => classify(record));
measure('redactEvent + readEvent + classify', parseAll, (raw) => {
  redactEvent(raw);
  return classify(readEvent(raw));
});
measure('classify with 50 user rules', records, (record) => classify(record, userRules, 'c'));
measure(
  'fingerprintOf + occurrenceKeyOf',
  records,
  (record) => fingerprintOf('c', record, 'x') + occurrenceKeyOf(record),
);
measure('toStandardEvent', records, (record) =>
  toStandardEvent({
    cluster: 'c',
    record,
    classification: classify(record),
    id: 'i',
    processedAt: '2026-01-01T00:00:00Z',
  }),
);
measure(`maskSecrets, innocent, ${message.length} characters`, () => Array(eventsPerRound).fill(message), maskSecrets1);
measure('maskSecrets, with a password', () => Array(eventsPerRound).fill(`${message} password=hunter2`), maskSecrets1);

function maskSecrets1(text: string): unknown {
  return maskSecrets(text);
}
