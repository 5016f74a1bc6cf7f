import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventMaker, nowMicros } from './benchEvent.ts';

/** A day of a cluster, compressed. */
export interface SoakPlan {
  readonly hours: number;
  /** How long an hour takes here. */
  readonly hourMs: number;
  readonly eventsPerHour: number;
  /** How often in an hour the server ends the watch in good order. */
  readonly endsPerHour: number;
}

/**
 * An API server that lives a day: events expire after an hour, watches are ended all the time, once an hour the history is
 * compacted under the relay (410), and every hour has a loud part and a silent one. A process of its own.
 */
const plan: SoakPlan = JSON.parse(process.argv[2] ?? '{}');
const total = plan.hours * plan.eventsPerHour;
const maker = new EventMaker({ live: 0, burst: total });
/** Part of an hour in which all of its events come. */
const loudPart = 0.7;

interface Stored {
  readonly version: number;
  readonly text: string;
}
/** The events of the last hour, oldest first. */
let stored: Stored[] = [];
let watcher: ServerResponse | undefined;
let isCompacted = false;
const snapshots = new Map<string, readonly Stored[]>();

function watchFrom(version: number, response: ServerResponse): void {
  if (isCompacted) {
    isCompacted = false;
    response.writeHead(410, { 'content-type': 'application/json' });
    response.end(
      '{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old resource version"}',
    );
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const event of stored) if (event.version > version) response.write(lineOf('ADDED', event.text));
  watcher = response;
  response.once('close', () => {
    if (watcher === response) watcher = undefined;
  });
  process.send?.({ type: 'watching', at: nowMicros() });
}

function list(limit: number, token: string | null, response: ServerResponse): void {
  const [id = maker.version, start = '0'] = token?.split('-') ?? [];
  const snapshot = snapshots.get(id) ?? stored.slice();
  const from = Number(start);
  const isLast = limit === 0 || from + limit >= snapshot.length;
  if (isLast || limit === 1) snapshots.delete(id);
  else snapshots.set(id, snapshot);
  const items = snapshot.slice(from, limit === 0 ? undefined : from + limit).map(({ text }) => text);
  const next = isLast ? '' : `,"continue":"${id}-${from + limit}"`;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    `{"kind":"EventList","apiVersion":"events.k8s.io/v1","metadata":{"resourceVersion":"${id}"${next}},"items":[${items.join(',')}]}`,
  );
}

function lineOf(type: string, text: string): string {
  return `{"type":"${type}","object":${text}}\n`;
}

async function live(): Promise<void> {
  process.send?.({ type: 'pouring', at: nowMicros() });
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / plan.hourMs;
  let written = 0;
  let ends = 0;
  let compactions = 0;
  while (written < total) {
    const hours = elapsed();
    const whole = Math.floor(hours);
    const due = Math.floor((whole + Math.min(1, (hours - whole) / loudPart)) * plan.eventsPerHour);
    for (; written < Math.min(total, due); written += 1) {
      const text = maker.make(written, nowMicros());
      stored.push({ version: Number(maker.version), text });
      watcher?.write(lineOf('ADDED', text));
    }
    if (stored.length > plan.eventsPerHour * 1.1) stored = stored.slice(-plan.eventsPerHour);
    if (hours * plan.endsPerHour > ends + 1) {
      ends += 1;
      if (hours > compactions + 1) {
        compactions += 1;
        isCompacted = true;
      }
      watcher?.end();
      watcher = undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  process.send?.({ type: 'poured' });
}

const server = createServer((request, response) => {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  if (query.has('watch')) watchFrom(Number(query.get('resourceVersion') ?? 0), response);
  else list(Number(query.get('limit') ?? 0), query.get('continue'), response);
});
process.on('message', (message) => {
  if (message === 'pour') void live();
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'listening', port: (server.address() as AddressInfo).port });
});
