/**
 * CPU time of ingest and route on recorded events: `node test/bench/cost/timing.ts`. What `assumptions.ts` says is four times
 * this, because Lambda gives 512 MB about 0.3 of a core.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { acceptEvents } from '../../../functions/ingest/acceptEvents.ts';
import { builtInRules } from '../../../lib/events/builtInRules.ts';
import { recordedEvents } from './measure.ts';

const events = recordedEvents().slice(0, 100);
const body = gzipSync(JSON.stringify({ events }));
const rounds = 300;

function cpuMs(work: () => void): number {
  for (let i = 0; i < 30; i++) work();
  const start = process.cpuUsage();
  for (let i = 0; i < rounds; i++) work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / rounds;
}

const ingest = cpuMs(() => {
  const { events: batch } = JSON.parse(gunzipSync(body).toString()) as { events: unknown[] };
  const { items } = acceptEvents(batch, { cluster: 'prod', rules: builtInRules, retentionDays: 30, backlog: false });
  // What the SDK does at least: the items as JSON, in requests of 25.
  JSON.stringify(items);
});
console.log(
  `ingest: ${ingest.toFixed(2)} ms of CPU for ${events.length} events, ${((1000 * ingest) / events.length).toFixed(0)} µs each`,
);
