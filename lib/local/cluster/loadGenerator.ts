import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ObjectName } from './cluster.ts';
import type { JsonObject } from './json.ts';
import { encodedSample } from './sampleEncoder.ts';
import { type LoadOptions, sampleEvent, samples, sampleValues } from './sampleEvent.ts';

/** How many events are made before the event loop gets a turn, so that watchers are served meanwhile. */
const turnSize = 500;

/**
 * Makes so many events as fast as possible: different pods, reasons and texts, 1 to 1.3 KB each as the API sends them.
 * Event number n is called `sampleName(n)`; no list of them is kept, so that a million stay cheap.
 */
export async function burst(cluster: Cluster, count: number, options: LoadOptions = {}): Promise<void> {
  const from = options.from ?? 0;
  for (let made = 0; made < count; made += 1) {
    create(cluster, from + made, options);
    if (made % turnSize === turnSize - 1) await nextTurn();
  }
}

/**
 * Makes events at a steady rate, evenly spread. When the machine cannot keep up, the missing ones follow as soon as it can:
 * the number is right in the end.
 *
 * @returns how many were made
 */
export async function steady(
  cluster: Cluster,
  ratePerSecond: number,
  durationMs: number,
  options: LoadOptions = {},
): Promise<number> {
  const from = options.from ?? 0;
  const total = Math.round((ratePerSecond * durationMs) / 1000);
  const begin = performance.now();
  let made = 0;
  while (made < total) {
    const due = Math.min(total, Math.floor(((performance.now() - begin) * ratePerSecond) / 1000) + 1);
    for (const end = Math.min(due, made + turnSize); made < end; made += 1) create(cluster, from + made, options);
    if (made >= due) await sleep(Math.max(1, begin + (made * 1000) / ratePerSecond - performance.now()));
    else await nextTurn();
  }
  return total;
}

/** Repeats every one of these events so many times, round by round: counts grow, `MODIFIED` follows. */
export async function repeat(cluster: Cluster, events: readonly ObjectName[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, event] of events.entries()) {
      cluster.bump(event);
      if (at % turnSize === turnSize - 1) await nextTurn();
    }
    await nextTurn();
  }
}

/** The name of event number so-and-so of a burst. */
export function sampleName(number: number, options: LoadOptions = {}): ObjectName {
  const { namespace, name } = sampleValues(number, options);
  return { namespace, name };
}

/** An event of about so many bytes on the wire: core/v1 sets no limit on a message. */
export function giantEvent(bytes: number, number: number, options: LoadOptions = {}): JsonObject {
  // A multiple of the mix is always its first sample, a legacy one, whose message may have any length.
  const event = sampleEvent(number * samples.length, options);
  const line = 'container output that somebody put into an event; ';
  const length = Math.max(0, bytes - otherBytes);
  return { ...event, message: line.repeat(Math.ceil(length / line.length)).slice(0, length) };
}

/** What an event takes on the wire besides its message. */
const otherBytes = 1150;

function create(cluster: Cluster, number: number, options: LoadOptions): void {
  const { namespace, name, encode } = encodedSample(number, options);
  cluster.createEncoded(namespace, name, encode);
}
