import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { eventually, expectAccount } from './relayProcess.ts';
import { cluster, sink, start, useRig } from './rig.ts';
import type { Fault } from './sink.ts';

useRig();

let made = 0;
beforeEach(() => {
  made = 0;
});

function make(count: number, note = 'Readiness probe failed'): void {
  for (let index = 0; index < count; index += 1) {
    made += 1;
    cluster.create({
      metadata: { name: `event-${made}`, namespace: 'shop' },
      regarding: { kind: 'Pod', namespace: 'shop', name: `pod-${made % 7}` },
      reason: 'Unhealthy',
      type: 'Warning',
      note,
      reportingController: 'kubelet',
    });
  }
}

const allStored = () => sink.stored.size === made;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers POSTs with an error, until told otherwise. */
function answerWith(
  status: number,
  headers: Record<string, string> = {},
  body = '{"error":{"code":"X","message":"a test"}}',
): Fault {
  return (request, response) => {
    if (request.method !== 'POST') return false;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    return true;
  };
}

test.each([
  ['500', answerWith(500)],
  ['503', answerWith(503)],
  ['429 without Retry-After', answerWith(429)],
  ['200 with a page instead of a result', answerWith(200, {}, '<html>welcome</html>')],
  ['200 with the result of another batch', answerWith(200, {}, '{"accepted":1,"rejected":[]}')],
  ['a reset', ((_request, response) => response.socket?.resetAndDestroy() !== undefined || true) as Fault],
  [
    'half an answer',
    ((request, response) => {
      if (request.method !== 'POST') return false;
      response.writeHead(200, { 'content-length': '100' }).write('{"acc');
      setTimeout(() => response.socket?.destroy(), 20);
      return true;
    }) as Fault,
  ],
  ['silence', (() => true) as Fault],
])('%s for a while loses nothing and passes nothing twice to the store', async (_title, fault) => {
  const relay = await start({ request_timeout: '200ms' });
  make(10);
  await eventually('it works', allStored);
  sink.fault = fault;
  make(2_000);
  await sleep(1_000);
  const during = sink.counts.requests;
  expect((await relay.get('/ready')).status).toBe(503);
  expect((await relay.get('/health')).status).toBe(200);
  sink.fault = undefined;
  await eventually('everything is stored', allStored, 15_000);
  expect(during).toBeLessThan(60);
  await eventually('it is ready again', async () => (await relay.get('/ready')).status === 200);
  await expectAccount(relay);
});

test('Retry-After is honoured, and meanwhile one request at a time asks', async () => {
  await start();
  make(10);
  await eventually('it works', allStored);
  sink.fault = answerWith(429, { 'retry-after': '2' });
  make(3_000);
  await sleep(300);
  const before = sink.counts.requests;
  await sleep(1_400);
  expect(sink.counts.requests - before).toBeLessThanOrEqual(1);
  sink.fault = undefined;
  await eventually('everything is stored', allStored);
});

test('an acknowledged answer that got lost is sent again and known by its key', async () => {
  const relay = await start();
  let lost = 0;
  sink.fault = (request, response) => {
    if (request.method !== 'POST' || lost >= 3) return false;
    lost += 1;
    // Stored, and then the connection breaks before the answer.
    response.end = (() => response.socket?.resetAndDestroy()) as never;
    return false;
  };
  make(100);
  await eventually('everything is stored', allStored);
  await eventually('everything is acknowledged', async () => (await relay.status()).events.acknowledged === 100);
  expect(sink.counts.duplicates).toBeGreaterThan(0);
});

test('events refused by name are parked, the rest of the batch is acknowledged', async () => {
  sink.rejectEvent = (event) => (JSON.stringify(event).includes('POISON') ? 'EventFieldInvalid' : undefined);
  make(99);
  make(1, 'POISON');
  const relay = await start();
  await eventually('99 are stored', () => sink.stored.size === 99);
  await eventually('one is parked', async () => (await relay.deadLetters()).length === 1);
  const [letter] = await relay.deadLetters();
  expect(letter).toMatchObject({
    cluster: 'test',
    code: 'EventFieldInvalid',
    event: { metadata: { name: 'event-100' } },
  });
  expect((await relay.status()).events).toMatchObject({ acknowledged: 99, refused: 1 });
  expect(sink.counts.batches).toBe(1);
  await expectAccount(relay);
});

test.each([400, 413, 422])(
  'a batch refused whole with %i is halved until the bad event stands alone',
  async (status) => {
    sink.fault = (request, response, body) => {
      if (request.method !== 'POST' || !gunzipSync(body).includes('POISON')) return false;
      response.writeHead(status).end('{"error":{"code":"BodyInvalid","message":"one of them is bad"}}');
      return true;
    };
    make(99);
    make(1, 'POISON');
    make(50);
    const relay = await start();
    await eventually('the good ones are stored', () => sink.stored.size === 149);
    await eventually('one is parked', async () => (await relay.deadLetters()).length === 1);
    make(10);
    await eventually('life goes on', () => sink.stored.size === 159);
    await eventually(
      'the position is past it',
      async () => (await relay.status()).position?.scopes['*'] === cluster.resourceVersion,
    );
    await expectAccount(relay);
  },
);

test('an API that refuses everything, even an empty batch, costs no event', async () => {
  sink.fault = answerWith(422);
  make(20);
  const relay = await start();
  await eventually('it says so', async () => (await relay.status()).api.state === 'misdirected');
  expect(await relay.deadLetters()).toEqual([]);
  sink.fault = undefined;
  await eventually('everything is stored', allStored);
  expect((await relay.status()).events.refused).toBe(0);
});

test('403 is not hammered, is named with the right that is missing, and recovers', async () => {
  const relay = await start();
  make(10);
  await eventually('it works', allStored);
  sink.fault = answerWith(403, {}, '{"message":"Forbidden"}');
  const before = sink.counts.requests;
  make(3_000);
  await sleep(1_200);
  expect(sink.counts.requests - before).toBeLessThan(15);
  const { body } = await relay.get('/ready');
  expect(body).toContain('execute-api:Invoke');
  expect(body).toContain('measured skew');
  sink.fault = undefined;
  await eventually('everything is stored', allStored);
});

test('a clock ten minutes off is measured, corrected once, and told', async () => {
  const aheadMs = 600_000;
  let refused = 0;
  sink.fault = (request, response) => {
    const now = Date.now() + aheadMs;
    response.setHeader('date', new Date(now).toUTCString());
    if (Math.abs(signedAt(request) - now) < 300_000) return false;
    refused += 1;
    response.writeHead(403).end('{"message":"Forbidden"}');
    return true;
  };
  make(100);
  const relay = await start();
  await eventually('everything is stored', allStored);
  expect(refused).toBe(1);
  expect(Math.abs(((await relay.status()).api.clockSkewMs ?? 0) - aheadMs)).toBeLessThan(3_000);
});

test('a clock that is set right again loses its correction', async () => {
  let aheadMs = 600_000;
  sink.fault = (request, response) => {
    const now = Date.now() + aheadMs;
    response.setHeader('date', new Date(now).toUTCString());
    if (Math.abs(signedAt(request) - now) < 300_000) return false;
    response.writeHead(403).end('{"message":"Forbidden"}');
    return true;
  };
  await start();
  make(10);
  await eventually('it is stored with a correction', allStored);
  aheadMs = 0;
  make(10);
  await eventually('it is stored without', allStored, 2_000);
});

test('requests carry a valid signature over the gzip bytes', async () => {
  const seen: [IncomingMessage, Buffer][] = [];
  sink.fault = (request, _response, body) => {
    seen.push([request, body]);
    return false;
  };
  make(5);
  await start();
  await eventually('everything is stored', allStored);
  const [request, body] = seen.find(([{ method }]) => method === 'POST') ?? [];
  expect(request?.headers['content-type']).toBe('application/vnd.kube-events.batch.v1+gzip');
  expect(request && body && signatureOf(request, body)).toBe(
    /Signature=(\w+)/.exec(request?.headers.authorization ?? '')?.[1],
  );
});

test('credentials come from EKS Pod Identity, and are named when there are none', async () => {
  const keysOf: string[] = [];
  sink.fault = (request) => {
    keysOf.push(
      `${/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1]} ${request.headers['x-amz-security-token']}`,
    );
    return false;
  };
  const agent = createServer((request, response) => {
    const isAllowed = request.url === '/v1/credentials' && request.headers.authorization === 'pod-token';
    if (!isAllowed) return void response.writeHead(401).end();
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const keys = { AccessKeyId: 'ASIAPODIDENTITY', SecretAccessKey: 's', Token: 'session', Expiration: expiration };
    response.end(JSON.stringify(keys));
    return undefined;
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => agent.once('listening', resolve));
  const { port } = agent.address() as AddressInfo;
  const tokenFile = path.join(mkdtempSync(path.join(tmpdir(), 'kef-token-')), 'token');
  writeFileSync(tokenFile, 'pod-token');
  make(3);
  const none = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_SESSION_TOKEN: '',
    HOME: '/nowhere',
    AWS_PROFILE: '',
  };
  const pod = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
  };
  await start({}, undefined, { ...none, ...pod });
  await eventually('everything is stored', allStored);
  expect(new Set(keysOf)).toEqual(new Set(['ASIAPODIDENTITY session']));
  agent.close();

  const lost = await start({}, undefined, { ...none, AWS_EC2_METADATA_DISABLED: 'true' });
  await eventually('it says what is missing', () => lost.logs.some(({ msg }) => /credentials/i.test(msg)));
  expect((await lost.get('/ready')).status).toBe(503);
});

test('several batches are in flight against a slow API', async () => {
  sink.delayMs = 100;
  const relay = await start({ batch_max_events: 50, buffer_size: 2_000 });
  await eventually('the watch runs', () => cluster.watcherCount === 1);
  const startedAt = Date.now();
  for (let index = 0; index < 1_000; index += 1) {
    made += 1;
    cluster.create({
      metadata: { name: `event-${made}`, namespace: 'shop' },
      regarding: { kind: 'Pod', namespace: 'shop', name: `pod-${made}` },
      reason: 'Unhealthy',
      type: 'Warning',
      note: 'Readiness probe failed',
    });
  }
  await eventually('everything is stored', allStored);
  // 20 batches one after the other would take 2 s.
  expect(Date.now() - startedAt).toBeLessThan(1_500);
  await expectAccount(relay);
});

test('events of one object arrive in their order, however slow and shaky the API is', async () => {
  const order = new Map<string, number[]>();
  sink.fault = async (request, response, body) => {
    if (request.method !== 'POST') return false;
    await sleep(Math.random() * 30);
    if (Math.random() < 0.2) {
      response.writeHead(503).end();
      return true;
    }
    for (const event of JSON.parse(gunzipSync(body).toString('utf8')).events) {
      const counts = order.get(event.metadata.name) ?? [];
      const count = event.series?.count ?? event.deprecatedCount ?? 1;
      if (!counts.includes(count)) order.set(event.metadata.name, [...counts, count]);
    }
    return false;
  };
  await start({ batch_max_events: 10 });
  await eventually('the watch runs', () => cluster.watcherCount === 1);
  make(30);
  for (let round = 0; round < 20; round += 1) {
    for (let index = 1; index <= 30; index += 1) cluster.bump({ namespace: 'shop', name: `event-${index}` });
    await sleep(5);
  }
  await eventually('the last counts are stored', () => sink.stored.size === 30 * 21, 20_000);
  for (const counts of order.values()) expect(counts).toEqual([...counts].sort((a, b) => a - b));
});

test('a quiet cluster sends heartbeats that carry the position', async () => {
  await start();
  await eventually('there are heartbeats', () => sink.counts.heartbeats >= 2);
  expect(sink.position).toMatchObject({ v: 1, scopes: { '*': cluster.resourceVersion } });
});

test('when the buffer is full the watch is given up and nothing is lost', async () => {
  const relay = await start({ buffer_size: 200, batch_max_events: 50, worker_count: 2, stall_timeout: '200ms' });
  make(10);
  await eventually('it works', allStored);
  sink.fault = answerWith(503);
  for (let round = 0; round < 10; round += 1) {
    make(500);
    await sleep(100);
  }
  await eventually('the watch is closed', () => cluster.watcherCount === 0);
  const { events } = await relay.status();
  expect(events.unacknowledged).toBeLessThan(1_000);
  cluster.compact();
  sink.fault = undefined;
  await eventually('everything is stored', allStored, 15_000);
  await expectAccount(relay);
});

function signedAt(request: IncomingMessage): number {
  const [, y, mo, d, h, mi, s] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(request.headers['x-amz-date'])) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}

/** Signature Version 4, written from its specification rather than with the library under test. */
function signatureOf(request: IncomingMessage, body: Buffer): string {
  const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/(\S+), SignedHeaders=(\S+),/.exec(request.headers.authorization ?? '') ?? [];
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, request.url, '', headers.join(''), names, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>((secret, part) => hmac(secret, part), 'AWS4secret');
  return hmac(key, text).toString('hex');
}
