import { gunzipSync, gzipSync } from 'node:zlib';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { httpHandler } from '../../functions/http/httpHandler.ts';
import { createIngest, type IngestDependencies } from '../../functions/ingest/ingest.ts';
import { KefError } from '../../lib/errors.ts';
import { compileRules } from '../../lib/events/rules.ts';
import { ClustersTable } from '../../lib/store/clustersTable.ts';
import type { HistoryItem } from '../../lib/store/historyItem.ts';
import { fromHistoryItem } from '../../lib/store/historyItem.ts';
import { HistoryTable } from '../../lib/store/historyTable.ts';
import { itemSize, writeUnits } from '../../lib/store/itemSize.ts';
import { startDynamo } from './dynamo.ts';
import { coreEvent, kubeletEvent, schedulerEvent } from './kubernetesEvents.ts';
import { apiRequest, batchRequest, call, relayArn, roleArn } from './requests.ts';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';

const logger = new Logger({ logLevel: 'SILENT' });
const metrics = new Metrics({ namespace: 'test', serviceName: 'test' });
const now = Date.parse('2026-11-20T10:00:05Z');

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
let cluster: string;
let clusters = 0;
let archived: Map<string, Uint8Array>;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(() => {
  cluster = `c${++clusters}`; // a cluster of its own keeps each test's data apart
  archived = new Map();
});

function ingest(overrides: Partial<IngestDependencies> = {}) {
  return httpHandler(
    createIngest({
      backend: { forwarder: 'kef', region: 'us-east-1' },
      rules: compileRules([]),
      retentionDays: 30,
      history: new HistoryTable({ client: dynamo.client, tableName: 'history' }),
      clusters: new ClustersTable({ client: dynamo.client, tableName: 'clusters' }),
      originals: {
        keep: async (of, day, gzip) => {
          archived.set(`${of} ${day}`, gzip);
        },
      },
      logger,
      metrics,
      now: () => now,
      ...overrides,
    }),
    { logger, metrics },
  );
}

async function stored(of: string = cluster): Promise<HistoryItem[]> {
  const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: 'history' }));
  return (Items as HistoryItem[]).filter((item) => item.pk.startsWith(`${of}#`)); // only ingest wrote there
}

const position = (handler: ReturnType<typeof ingest>, of: string = cluster) =>
  call(
    handler,
    apiRequest({ route: 'GET /v1/clusters/{cluster}/position', path: { cluster: of }, userArn: relayArn(of) }),
  );

describe('a good batch', () => {
  it('is stored, archived and answered with its count', async () => {
    const events = [kubeletEvent(), schedulerEvent({ name: 'web-0' }), coreEvent({ name: 'db-0' })];
    const answer = await call(ingest(), batchRequest(cluster, { relay: 'r1', position: { v: 1 }, events }));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 3, rejected: [] } });
    const items = await stored();
    expect(items.map(({ pk }) => pk).sort()).toEqual([
      `${cluster}#Pod#shop#cart-6d5f7c9b8d-x2x7q`,
      `${cluster}#Pod#shop#db-0`,
      `${cluster}#Pod#shop#web-0`,
    ]);
    expect(JSON.parse(gunzipSync(archived.get(`${cluster} 2026-11-20`) ?? '').toString()).events).toEqual(events);
  });

  it('is stored though nobody archives, outside of the index where that does not want it', async () => {
    const pulled = kubeletEvent({ reason: 'Pulled', type: 'Normal', message: 'Successfully pulled image "web"' });
    const handler = ingest({ originals: undefined, indexFrom: 'low' });
    expect(await call(handler, batchRequest(cluster, { events: [kubeletEvent(), pulled] }))).toMatchObject({
      status: 200,
      body: { accepted: 2 },
    });
    expect(Object.fromEntries((await stored()).map(({ r, gpk }) => [r, gpk !== undefined]))).toEqual({
      BackOff: true,
      Pulled: false,
    });
    expect(archived.size).toBe(0);
  });

  it('may come as plain JSON, which is archived as gzip', async () => {
    const request = batchRequest(cluster, null, {
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ events: [kubeletEvent()] }),
      isBase64Encoded: false,
    });
    expect(await call(ingest(), request)).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(gunzipSync([...archived.values()][0] ?? '').toString()).toContain('"BackOff"');
  });

  it('sent twice is the same items byte for byte', async () => {
    const request = batchRequest(cluster, { events: [kubeletEvent(), schedulerEvent()] });
    await call(ingest(), request);
    const before = await stored();
    await call(ingest({ now: () => now + 86_400_000 }), request);
    expect(await stored()).toEqual(before);
  });

  it('with the same event twice stores it once and accepts both', async () => {
    const answer = await call(ingest(), batchRequest(cluster, { events: [kubeletEvent(), kubeletEvent()] }));
    expect(answer.body).toEqual({ accepted: 2, rejected: [] });
    expect(await stored()).toHaveLength(1);
  });

  it('without events is a heartbeat: nothing stored or archived, the position kept', async () => {
    const handler = ingest();
    const answer = await call(handler, batchRequest(cluster, { position: { rv: '7' }, events: [] }));
    expect(answer.body).toEqual({ accepted: 0, rejected: [] });
    expect(archived.size).toBe(0);
    expect((await position(handler)).body).toEqual({ position: { rv: '7' }, epoch: 0 });
  });

  it('may say strange things about its relay', async () => {
    const relay = {
      id: 'half \ud83d',
      unknown: { deep: [1] },
      gaps: [{ reason: '\udc00', blob: 'x'.repeat(300_000) }],
    };
    const answer = await call(ingest(), batchRequest(cluster, { relay, events: [kubeletEvent()] }));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
  });

  it('marked as backlog stores that mark, and severity decides what is routed', async () => {
    const events = [
      kubeletEvent(),
      kubeletEvent({ reason: 'Pulled', type: 'Normal', message: 'Pulled', name: 'calm' }),
    ];
    await call(ingest(), batchRequest(cluster, { backlog: true, events }));
    const items = await stored();
    expect(items.every(({ backlog }) => backlog === '1')).toBe(true);
    expect(items.map(({ pk, route }) => [pk.split('#').at(-1), route])).toEqual(
      expect.arrayContaining([
        ['cart-6d5f7c9b8d-x2x7q', '1'],
        ['calm', undefined],
      ]),
    );
  });

  it('counts events that a user rule drops as accepted and does not store them', async () => {
    const rules = compileRules([{ match: { namespace: 'noisy' }, drop: true }]);
    const events = [kubeletEvent(), kubeletEvent({ namespace: 'noisy' })];
    const answer = await call(ingest({ rules }), batchRequest(cluster, { events }));
    expect(answer.body).toEqual({ accepted: 2, rejected: [] });
    expect(await stored()).toHaveLength(1);
  });

  it('of 100 events costs 4 history writes of 100 units in table and index, and 1 cluster update', async () => {
    const events = Array.from({ length: 100 }, (_, i) => kubeletEvent({ name: `pod-${i}`, seed: `${i}` }));
    const handler = ingest();
    await call(handler, batchRequest(cluster, { events: events.slice(0, 1) })); // the day's first batch registers the cluster
    dynamo.calls.length = 0;
    const body = { relay: { id: 'r', startedAt: '2026-11-20T09:00:00Z', sequence: 2 }, position: { rv: '1' }, events };
    expect((await call(handler, batchRequest(cluster, body))).status).toBe(200);
    expect(dynamo.calls.map(({ operation }) => operation).sort()).toEqual([
      ...Array(4).fill('BatchWriteItem'),
      'UpdateItem',
    ]);
    const units = (await stored()).reduce((sum, item) => sum + writeUnits(itemSize(item)), 0);
    expect(units).toBe(100);
  });
});

describe('a bad body', () => {
  const gzip = (text: string | Buffer) => gzipSync(text).toString('base64');
  const plain = { headers: { 'content-type': 'application/json' }, isBase64Encoded: false };
  const events501 = Array.from({ length: 501 }, (_, i) => ({ i }));

  it.each([
    ['nothing', { body: '' }, 400, 'BodyMissing'],
    ['text declared gzip', { body: Buffer.from('{"events":[]}').toString('base64') }, 400, 'BodyNotGzip'],
    ['gzip cut short', { body: gzip('{"events":[]}').slice(0, 20) }, 400, 'BodyNotGzip'],
    ['gzip whose text is a bomb', { body: gzip(Buffer.alloc(64 * 1024 * 1024, 32)) }, 413, 'BodyTooLarge'],
    ['plain JSON over 4 MiB', { ...plain, body: `{"events":["${'x'.repeat(4 << 20)}"]}` }, 413, 'BodyTooLarge'],
    ['gzip of half a JSON text', { body: gzip('{"events":[') }, 400, 'BodyNotJson'],
    [
      'gzip of text that is not UTF-8',
      { body: gzip(Buffer.from('{"events":["\xe9"]}', 'latin1')) },
      400,
      'BodyNotJson',
    ],
    ['plain text that is no JSON', { ...plain, body: 'events' }, 400, 'BodyNotJson'],
    ['JSON that is no object', { body: gzip('[]') }, 422, 'BodyInvalid'],
    ['a batch without events', { body: gzip('{"relay":"r"}') }, 422, 'BodyInvalid'],
    ['a position of 100 KB', { body: gzip(`{"events":[],"position":"${'x'.repeat(100_000)}"}`) }, 422, 'BodyInvalid'],
    [
      'a position nested 100,000 deep',
      { body: gzip(`{"events":[],"position":${'['.repeat(1e5)}${']'.repeat(1e5)}}`) },
      422,
      'BodyInvalid',
    ],
    [
      'a counter no table can hold',
      { body: gzip('{"events":[],"relay":{"counters":{"x":1e300}}}') },
      422,
      'BodyInvalid',
    ],
    [
      'a relay whose start is no time',
      { body: gzip('{"events":[],"relay":{"startedAt":"noon"}}') },
      422,
      'BodyInvalid',
    ],
    ['501 events', { body: gzip(JSON.stringify({ events: events501 })) }, 413, 'BatchTooLarge'],
    ['a type nobody knows', { headers: { 'content-type': 'text/plain' } }, 415, 'ContentTypeUnsupported'],
    ['no type', { headers: {} }, 415, 'ContentTypeUnsupported'],
    [
      'gzip as Content-Encoding of JSON',
      { headers: { ...plain.headers, 'content-encoding': 'gzip' } },
      415,
      'ContentTypeUnsupported',
    ],
  ])('of %s is refused', async (_, overrides, status, code) => {
    const answer = await call(ingest(), batchRequest(cluster, { events: [] }, overrides));
    expect(answer).toMatchObject({ status, body: { error: { code, requestId: 'request-1' } } });
    expect(archived.size).toBe(0);
  });

  it('names the fields it does not know', async () => {
    const body = JSON.stringify({ events: [], evnts: [], cluster: 'other' });
    const answer = await call(ingest(), batchRequest(cluster, null, { ...plain, body }));
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'BodyInvalid' } } });
    expect(answer.body.error.message).toContain("'evnts', 'cluster'");
  });

  it('with a __proto__ field is refused by that name and pollutes nothing', async () => {
    const answer = await call(
      ingest(),
      batchRequest(cluster, null, { body: gzip('{"events":[],"__proto__":{"x":1}}') }),
    );
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'BodyInvalid' } } });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('a batch with one bad event', () => {
  const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

  it.each([
    ['null', null, 'EventNotAnObject'],
    ['a number', 3, 'EventNotAnObject'],
    ['an array', [], 'EventNotAnObject'],
    ['an empty object', {}, 'EventFieldMissing'],
    ['one without regarding', { ...kubeletEvent(), regarding: undefined }, 'EventFieldMissing'],
    ['one whose reason is a number', { ...kubeletEvent(), reason: 5 }, 'EventFieldInvalid'],
    ['one with a message of 300 KB', kubeletEvent({ message: 'm'.repeat(300_000) }), 'EventTooLarge'],
    ['one about a Secret', kubeletEvent({ kind: 'Secret', name: 'token' }), 'EventSecretRefused'],
    ['one nested 20,000 deep', { ...kubeletEvent(), extra: deep(20_000) }, 'EventFieldInvalid'],
  ])('%s: the bad one is named, the 99 others are stored', async (_, bad, code) => {
    const good = Array.from({ length: 99 }, (__, i) => kubeletEvent({ name: `pod-${i}`, seed: `${i}` }));
    const body = `{"events":[${[...good.slice(0, 40), bad, ...good.slice(40)].map(stringify).join(',')}]}`;
    const request = batchRequest(cluster, null, { body: gzipSync(body).toString('base64') });
    const answer = await call(ingest(), request);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ accepted: 99, rejected: [{ index: 40, code }] });
    expect(await stored()).toHaveLength(99);
  });

  it('archives no secret: a Secret event and what redaction finds are left out of the copy', async () => {
    const events = [
      kubeletEvent({ kind: 'Secret', name: 'token', message: 'hush-hush' }),
      kubeletEvent({ message: 'login failed: password=hunter2hunter2' }),
    ];
    await call(ingest(), batchRequest(cluster, { events }));
    const copy = gunzipSync(archived.get(`${cluster} 2026-11-20`) ?? '').toString();
    expect(copy).not.toContain('hush-hush');
    expect(copy).not.toContain('hunter2');
    expect(copy).toContain('login failed');
  });
});

describe('odd events that are fine', () => {
  it.each([
    [
      'without uid',
      (event: Record<string, unknown>) => ({ ...event, metadata: { ...(event.metadata as object), uid: undefined } }),
    ],
    [
      'with null times except one',
      (event: Record<string, unknown>) => ({ ...event, eventTime: null, deprecatedFirstTimestamp: null, series: null }),
    ],
    [
      'with null times except the creation',
      (event: Record<string, unknown>) => ({ ...event, deprecatedFirstTimestamp: null, deprecatedLastTimestamp: null }),
    ],
    ['of an unknown reason', (event: Record<string, unknown>) => ({ ...event, reason: 'NobodyKnowsThis' })],
    [
      'with a lone surrogate in its message',
      (event: Record<string, unknown>) => ({ ...event, note: 'half \ud83d of it' }),
    ],
  ])('one %s is accepted', async (_, change) => {
    const answer = await call(ingest(), batchRequest(cluster, { events: [change(kubeletEvent())] }));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, rejected: [] } });
    expect(await stored()).toHaveLength(1);
  });

  it('one with __proto__ keys is stored as it is and pollutes nothing', async () => {
    const text = JSON.stringify(kubeletEvent()).replace('{', '{"__proto__":{"polluted":true},');
    const body = gzipSync(`{"events":[${text}]}`).toString('base64');
    const answer = await call(ingest(), batchRequest(cluster, null, { body }));
    expect(answer.body).toEqual({ accepted: 1, rejected: [] });
    const [item] = await stored();
    expect(JSON.stringify(item && fromHistoryItem(item).raw)).toBe(text);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('callers', () => {
  it.each([
    ['the relay of another cluster', relayArn('other')],
    ['the same role name in another account', relayArn('C').replace('111122223333', '999999999999')],
    ['some other role', roleArn('admin')],
    ['a user', 'arn:aws:iam::111122223333:user/kef-relay.us-east-1.C'],
    ['nobody', ''],
  ])('%s may neither post nor read the position', async (_, arn) => {
    const userArn = arn.replace('.C', `.${cluster}`);
    for (const request of [
      batchRequest(cluster, { events: [kubeletEvent()] }, { userArn }),
      apiRequest({ route: 'GET /v1/clusters/{cluster}/position', path: { cluster }, userArn }),
    ]) {
      expect(await call(ingest(), request)).toMatchObject({
        status: 403,
        body: { error: { code: 'ClusterForbidden' } },
      });
    }
    expect(await stored()).toEqual([]);
  });

  it('a cluster id that is none is forbidden too', async () => {
    const answer = await call(ingest(), batchRequest(cluster, { events: [] }, { path: { cluster: '../x' } }));
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'ClusterForbidden' } } });
  });
});

describe('when something behind it fails', () => {
  const busy = new KefError('StoreUnavailable', 'busy');
  const events = [kubeletEvent()];

  it.each([
    ['history', { history: { putAll: () => Promise.reject(busy) } }],
    ['the archive', { originals: { keep: () => Promise.reject(busy) } }],
    [
      'the clusters table',
      { clusters: { recordBatch: () => Promise.reject(busy), resumption: async () => ({ position: null, epoch: 0 }) } },
    ],
  ])('%s: the relay is told to come back', async (_, broken) => {
    const answer = await call(ingest(broken), batchRequest(cluster, { events }));
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'StoreUnavailable' } } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  describe('a throttled history', () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    const throttled = mockClient(client);
    let time = 0;
    const sleep = async (ms: number) => {
      time += ms;
    };
    const pace = { now: () => time, sleep, random: () => 0.9 };
    const history = new HistoryTable({ client, tableName: 'history', pace });
    const request = () => batchRequest(cluster, { events });

    it('that takes nothing in time is a 503', async () => {
      throttled.on(BatchWriteCommand).callsFake((input) => ({ UnprocessedItems: input.RequestItems }));
      const answer = await call(ingest({ history, now: () => time }), request());
      expect(answer).toMatchObject({ status: 503, body: { error: { code: 'StoreUnavailable' } } });
      expect(time).toBeLessThan(10_000);
    });

    it('that takes the rest at the second try is a 200', async () => {
      throttled
        .reset()
        .on(BatchWriteCommand)
        .callsFakeOnce((input) => ({ UnprocessedItems: input.RequestItems }))
        .resolves({});
      expect(await call(ingest({ history, now: () => time }), request())).toMatchObject({
        status: 200,
        body: { accepted: 1 },
      });
    });
  });

  it('the position does not move past a batch that was not stored', async () => {
    const handler = ingest({ history: { putAll: () => Promise.reject(busy) } });
    await call(handler, batchRequest(cluster, { position: { rv: '9' }, events }));
    expect((await position(handler)).body).toEqual({ position: null, epoch: 0 });
  });

  it('a bug is a 500 that does not quote its reason', async () => {
    const broken = { history: { putAll: () => Promise.reject(new TypeError('secret detail')) } };
    const answer = await call(ingest(broken), batchRequest(cluster, { events }));
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'Internal' } } });
    expect(JSON.stringify(answer.body)).not.toContain('secret detail');
  });
});

function stringify(event: unknown): string {
  try {
    return JSON.stringify(event);
  } catch {
    // deeper than JSON.stringify can go; the levels are all `{"a":`
    const levels = 20_000;
    return JSON.stringify({ ...kubeletEvent(), extra: 'HERE' }).replace(
      '"HERE"',
      `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
    );
  }
}
