import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzip } from 'node:zlib';
import { nowMicros, sequenceAt, sequenceLength, stampMark, subjects, timeAt, timeLength } from './benchEvent.ts';

/** How a sink behaves. */
export interface SinkPlan {
  /** Events that will come; it says `complete` when it has seen each of them. */
  readonly total: number;
  /** Milliseconds between request and answer. */
  readonly delayMs: number;
  /** The first event whose order counts: lists have none. */
  readonly orderedFrom: number;
  /** Every so often it answers 503 for a while, then cuts one connection. */
  readonly faults?: { readonly everyMs: number; readonly refuseMs: number };
}

/** What a sink has seen. */
export interface SinkReport {
  readonly unique: number;
  readonly duplicates: number;
  /** Events that came after a later event about the same object. */
  readonly inversions: number;
  readonly posts: number;
  readonly refused: number;
  readonly bytes: number;
  /** On the clock of `nowMicros`. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** From the write to the watch to the arrival of the POST, in milliseconds; null without watched events. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/** A sink for benchmarks, a process of its own. Counts each event once, and finds what is lost, doubled or out of order. */
const plan: SinkPlan = JSON.parse(process.argv[2] ?? '{}');
const seen = new Uint8Array(plan.total);
const delays = new Float64Array(plan.total);
const lastOfSubject = new Int32Array(subjects).fill(-1);
let [unique, duplicates, inversions, posts, refused, bytes, firstAt, lastAt] = [0, 0, 0, 0, 0, 0, 0, 0];
const startedAt = performance.now();
let cutsDone = 0;

/** Reads digits without making text of them. */
function numberAt(data: Buffer, at: number, length: number): number {
  let value = 0;
  for (let digit = at; digit < at + length; digit += 1) value = value * 10 + (data[digit] ?? 48) - 48;
  return value;
}

/** Counts the events of a body and returns their number. */
function account(body: Buffer, arrivedAt: number): number {
  let count = 0;
  for (let mark = body.indexOf(stampMark); mark !== -1; mark = body.indexOf(stampMark, mark + timeAt)) {
    count += 1;
    const sequence = numberAt(body, mark + sequenceAt, sequenceLength);
    const writtenAt = numberAt(body, mark + timeAt, timeLength);
    if (seen[sequence] === 1) {
      duplicates += 1;
      continue;
    }
    seen[sequence] = 1;
    unique += 1;
    delays[sequence] = writtenAt === 0 ? Number.NaN : (arrivedAt - writtenAt) / 1_000;
    if (sequence < plan.orderedFrom) continue;
    const subject = sequence % subjects;
    if (sequence < (lastOfSubject[subject] ?? -1)) inversions += 1;
    lastOfSubject[subject] = sequence;
  }
  return count;
}

type Mood = 'ok' | 'refuse' | 'cut';

function moodNow(): Mood {
  if (plan.faults === undefined) return 'ok';
  const elapsed = performance.now() - startedAt;
  const round = Math.floor(elapsed / plan.faults.everyMs);
  const into = elapsed - round * plan.faults.everyMs;
  if (round > 0 && into < plan.faults.refuseMs) return 'refuse';
  if (cutsDone >= round) return 'ok';
  cutsDone = round;
  return 'cut';
}

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const arrivedAt = nowMicros();
  const mood = moodNow();
  if (mood !== 'ok') {
    refused += 1;
    if (mood === 'cut') request.socket.destroy();
    else response.writeHead(503).end();
    return;
  }
  gunzip(body, (error, plain) => {
    if (error) throw error;
    const count = account(plain, arrivedAt);
    posts += 1;
    bytes += body.length;
    if (count > 0) {
      firstAt ||= arrivedAt;
      lastAt = Math.max(lastAt, arrivedAt);
    }
    const send = (): void => void response.end(`{"accepted":${count},"rejected":[]}`);
    if (plan.delayMs > 0) setTimeout(send, plan.delayMs);
    else send();
    if (count > 0 && unique === plan.total) process.send?.({ type: 'complete' });
  });
}

function report(): SinkReport {
  const known = delays.filter((delay, sequence) => seen[sequence] === 1 && !Number.isNaN(delay)).sort();
  const quantile = (q: number): number | null =>
    known.length === 0 ? null : (known[Math.min(known.length - 1, Math.floor(q * known.length))] ?? null);
  const [p50Ms, p99Ms, maxMs] = [quantile(0.5), quantile(0.99), quantile(1)];
  return { unique, duplicates, inversions, posts, refused, bytes, firstAt, lastAt, p50Ms, p99Ms, maxMs };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'GET') response.end('{"position":null}');
    else answer(request, response, Buffer.concat(chunks));
  });
});
process.on('message', (message) => {
  if (message === 'report') process.send?.({ type: 'report', report: report() });
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ type: 'listening', port: (server.address() as AddressInfo).port }),
);
