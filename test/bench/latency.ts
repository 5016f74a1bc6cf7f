/**
 * Time from an Event's creation at the API server to its entry on the event bus, through the whole local system, stage by stage.
 *
 *   node test/bench/latency.ts [events per second = 100] [seconds = 30]
 */
import { measureJourney } from './journey/journey.ts';

const { perSecond, lingerMs, events, arrived, stages } = await measureJourney(
  Number(process.argv[2] ?? 100),
  Number(process.argv[3] ?? 30),
);
console.log(`${events} events at ${perSecond}/s, ${arrived} on the bus; milliseconds, relay linger ${lingerMs} ms`);
console.table(
  Object.fromEntries(
    stages.map(({ name, p50Ms, p99Ms, maxMs }) => [
      name,
      { p50: Math.round(p50Ms), p99: Math.round(p99Ms), max: Math.round(maxMs) },
    ]),
  ),
);
if (arrived !== events) process.exitCode = 1;
