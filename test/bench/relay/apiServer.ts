import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { EventMaker, nowMicros, type ServerPlan, stampMark, timeAt, timeText } from './benchEvent.ts';

/**
 * A list/watch server for benchmarks, a process of its own. One HTTP chunk per event, as the real API server flushes them. A
 * burst is prepared before anybody asks and only stamped with the time when it is written. Speaks to its parent over IPC.
 */
const plan: ServerPlan = JSON.parse(process.argv[2] ?? '{}');
const maker = new EventMaker(plan);
const pageSize = 500;
/** Events per write of a burst. */
const perWrite = 64;

interface Prepared {
  readonly bytes: Buffer;
  /** Where the times of its events stand. */
  readonly times: readonly number[];
}

/** A page is made when it is asked for: a million events would be a gigabyte. */
function page(index: number): string {
  const items: string[] = [];
  for (let at = index * pageSize; at < Math.min(plan.live, (index + 1) * pageSize); at += 1)
    items.push(maker.make(at, 0));
  return items.join(',');
}

function chunk(sequence: number, writtenAt: number): string {
  const type = maker.isUpdate(sequence) ? 'MODIFIED' : 'ADDED';
  const line = `{"type":"${type}","object":${maker.make(sequence, writtenAt)}}\n`;
  return `${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`;
}

const prepared: Prepared[] = [];
if (plan.perSecond === undefined) {
  for (let at = 0; at < plan.burst; at += perWrite) {
    const sequences = Array.from({ length: Math.min(perWrite, plan.burst - at) }, (_, n) => plan.live + at + n);
    const bytes = Buffer.from(sequences.map((sequence) => chunk(sequence, 0)).join(''));
    const times: number[] = [];
    for (let mark = bytes.indexOf(stampMark); mark !== -1; mark = bytes.indexOf(stampMark, mark + 1)) {
      times.push(mark + timeAt);
    }
    prepared.push({ bytes, times });
  }
}

async function pour(socket: Socket): Promise<void> {
  process.send?.({ type: 'pouring', at: nowMicros() });
  if (plan.perSecond === undefined) await pourAll(socket);
  else await pourPaced(socket, plan.perSecond);
  process.send?.({ type: 'poured' });
}

async function pourAll(socket: Socket): Promise<void> {
  for (const { bytes, times } of prepared) {
    if (!socket.writable) return;
    const now = timeText(nowMicros());
    for (const at of times) bytes.write(now, at, 'latin1');
    await write(socket, bytes);
  }
}

/** What is due is written every millisecond; each event carries the moment of its own write. */
async function pourPaced(socket: Socket, perSecond: number): Promise<void> {
  const start = performance.now();
  for (let at = 0; at < plan.burst; ) {
    if (!socket.writable) return;
    const due = Math.min(plan.burst, Math.floor(((performance.now() - start) / 1_000) * perSecond));
    for (; at < due; at += 1) await write(socket, chunk(plan.live + at, nowMicros()));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function write(socket: Socket, data: string | Buffer): Promise<void> | undefined {
  if (socket.write(data)) return undefined;
  return new Promise((resolve) => {
    const go = (): void => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.on('drain', go);
    socket.on('close', go);
  });
}

let watcher: Socket | undefined;
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.searchParams.has('watch')) {
    watcher = response.socket ?? undefined;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    process.send?.({ type: 'watching', at: nowMicros() });
    return;
  }
  const limit = Number(url.searchParams.get('limit') ?? 0);
  const at = Number(url.searchParams.get('continue') ?? 0);
  const pages = Math.ceil(plan.live / pageSize);
  const asked = limit === 1 ? [] : limit === 0 ? Array.from({ length: pages }, (_, index) => index) : [at];
  const next = limit > 1 && at + 1 < pages ? `,"continue":"${at + 1}"` : '';
  const items = asked.map(page).filter((text) => text !== '');
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    `{"kind":"EventList","apiVersion":"events.k8s.io/v1","metadata":{"resourceVersion":"${maker.version}"${next}},"items":[${items.join(',')}]}\n`,
  );
});
process.on('message', (message) => {
  if (message === 'pour' && watcher !== undefined) void pour(watcher);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'listening', port: (server.address() as AddressInfo).port });
});
