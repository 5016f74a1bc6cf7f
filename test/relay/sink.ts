import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One event as the sink stored it. */
export interface StoredEvent {
  readonly key: string;
  readonly uid: string;
  readonly name: string;
  readonly count: number;
  readonly isBacklog: boolean;
  readonly raw: Record<string, unknown>;
}

/** What a fault does to one request: answers it itself (`true`), or lets it through. */
export type Fault = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean | Promise<boolean>;

/** A stand-in for the API that keeps what it is given the way the backend does: one item per occurrence. */
export interface Sink {
  readonly url: string;
  /** Every stored occurrence by its key, in order of arrival. */
  readonly stored: Map<string, StoredEvent>;
  /** Events that arrived, repeats included. */
  readonly counts: { requests: number; batches: number; heartbeats: number; events: number; duplicates: number };
  readonly requests: { at: number; method: string; path: string; events: number; status: number }[];
  position: unknown;
  /** Of the relay whose position it is. */
  epoch: number;
  /** Every position that was taken, in order. */
  readonly positions: unknown[];
  /** Runs before the sink answers; see {@link faults}. */
  fault: Fault | undefined;
  /** Refuses single events: returns the code, or undefined to store it. */
  rejectEvent: ((event: Record<string, unknown>) => string | undefined) | undefined;
  delayMs: number;
  close(): Promise<void>;
}

type Keeper = Sink & { newest: string; holder: string };

/** Starts a sink on a free port of this machine. */
export async function startSink(port = 0): Promise<Sink> {
  const sink: Keeper = {
    url: '',
    stored: new Map(),
    counts: { requests: 0, batches: 0, heartbeats: 0, events: 0, duplicates: 0 },
    requests: [],
    position: null,
    epoch: 0,
    holder: '',
    positions: [],
    fault: undefined,
    rejectEvent: undefined,
    delayMs: 0,
    newest: '',
    close: () => close(server),
  };
  const server = createServer((request, response) => {
    handle(sink, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return Object.assign(sink, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function handle(sink: Keeper, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const entry = { at: Date.now(), method: request.method ?? '', path: request.url ?? '', events: 0, status: 0 };
  sink.counts.requests += 1;
  sink.requests.push(entry);
  response.on('finish', () => {
    entry.status = response.statusCode;
  });
  if (sink.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, sink.delayMs));
  if (sink.fault && (await sink.fault(request, response, body))) return;
  if (request.method === 'GET') return answer(response, 200, { position: sink.position, epoch: sink.epoch });
  const envelope = JSON.parse(gunzipSync(body).toString('utf8'));
  entry.events = envelope.events.length;
  const superseded = keepPosition(sink, envelope);
  if (envelope.events.length === 0) sink.counts.heartbeats += 1;
  else sink.counts.batches += 1;
  const rejected: { index: number; code: string; message: string }[] = [];
  for (const [index, event] of envelope.events.entries()) {
    const code = sink.rejectEvent?.(event);
    if (code === undefined) store(sink, event, envelope.backlog === true);
    else rejected.push({ index, code, message: 'refused by the test' });
  }
  answer(response, 200, { accepted: envelope.events.length - rejected.length, rejected, superseded });
}

interface Told {
  readonly position?: unknown;
  readonly relay?: { id?: string; startedAt?: string; sequence?: number; epoch?: number };
}

/** As the backend: the highest epoch decides the position, within it the newest batch by start and sequence. */
function keepPosition(sink: Keeper, { position, relay = {} }: Told): { epoch: number; holder: string } | undefined {
  const { id, startedAt, sequence, epoch } = relay;
  const order = `${startedAt}#${String(sequence).padStart(12, '0')}`;
  const holder = `${id}#${startedAt}`;
  const isOther = epoch !== undefined && (epoch < sink.epoch || (epoch === sink.epoch && holder !== sink.holder));
  if (isOther) return { epoch: sink.epoch, holder: sink.holder };
  const isNewTerm = epoch !== undefined && epoch > sink.epoch;
  if (!isNewTerm && order < sink.newest) return undefined;
  if (epoch !== undefined) Object.assign(sink, { epoch, holder });
  if (epoch !== undefined || position !== undefined) sink.newest = order;
  if (position === undefined) return undefined;
  sink.position = position;
  sink.positions.push(position);
  return undefined;
}

function store(sink: Sink, raw: Record<string, unknown>, isBacklog: boolean): void {
  const { metadata = {}, series, count, deprecatedCount } = raw as Record<string, Record<string, unknown>>;
  const total = Number(series?.count ?? count ?? deprecatedCount ?? 1);
  const last = series?.lastObservedTime ?? raw.lastTimestamp ?? raw.deprecatedLastTimestamp ?? raw.eventTime;
  const key = `${String(last)}#${String(metadata.uid)}#${total}`;
  sink.counts.events += 1;
  if (sink.stored.has(key)) sink.counts.duplicates += 1;
  else
    sink.stored.set(key, { key, uid: String(metadata.uid), name: String(metadata.name), count: total, isBacklog, raw });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
