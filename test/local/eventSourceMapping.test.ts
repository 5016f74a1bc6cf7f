import { afterEach, describe, expect, it } from 'vitest';
import type { LocalCloudOptions } from '../../lib/local/localCloudOptions.ts';
import type { JsonObject, JsonValue } from '../../lib/local/pattern/json.ts';
import { adminKeys } from '../../lib/local/startLocalCloud.ts';
import { allow, type CloudFixture, lambda, role, startFixture, streamOf } from './cloudFixture.ts';

let fixture: CloudFixture | undefined;
afterEach(async () => {
  await fixture?.close();
  fixture = undefined;
});

async function start(
  mapping: JsonObject,
  options: Partial<LocalCloudOptions> = {},
  more: JsonObject = {},
): Promise<CloudFixture> {
  fixture = await startFixture(
    (seen) => ({ ...streamOf(mapping), Consumer: lambda('consume', seen, { Timeout: 1 }), ...more }),
    options,
  );
  return fixture;
}
const does = (what: string): JsonObject => ({ do: { S: what } });
const batches = (cloud: CloudFixture): JsonValue[] =>
  cloud.seen().flatMap(({ batch }) => (batch === undefined ? [] : [batch]));
const done = (cloud: CloudFixture): JsonValue[] =>
  cloud.seen().flatMap(({ done: pk }) => (pk === undefined ? [] : [pk]));

/** Writes many items in one request, so that they arrive as one batch. */
async function putAll(cloud: CloudFixture, items: readonly JsonObject[]): Promise<void> {
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  await cloud.call('dynamodb', 'DynamoDB_20120810.BatchWriteItem', { RequestItems: { items: requests } });
}
const item = (pk: string, more: JsonObject = {}): JsonObject => ({ pk: { S: pk }, ...more });

async function parked(
  cloud: CloudFixture,
): Promise<{ DDBStreamBatchInfo: { batchSize: number }; requestContext: JsonObject; payload: string }[]> {
  const places = cloud.eventsOf('dead-letter').map(({ destination = '' }) => destination);
  return Promise.all(
    places.map(async (place) => {
      expect(place).toMatch(
        /^s3:\/\/parked\/aws\/lambda\/[0-9a-f-]{36}\/shardId-\d{20}-\d{8}\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
      );
      const response = await fetch(`${cloud.cloud.endpointUrl}/${place.slice('s3://'.length)}`, {
        headers: adminHeaders,
      });
      return JSON.parse(await response.text());
    }),
  );
}
const adminHeaders = {
  authorization: `AWS4-HMAC-SHA256 Credential=${adminKeys.accessKeyId}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00`,
};

describe('delivery', () => {
  it('filters, batches and keeps the order of a key over parallel lanes', async () => {
    const pattern = JSON.stringify({
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { NewImage: { route: { S: ['1'] } } },
    });
    const cloud = await start({
      BatchSize: 7,
      ParallelizationFactor: 4,
      FilterCriteria: { Filters: [{ Pattern: pattern }] },
    });
    for (let round = 0; round < 5; round++) {
      const value = { value: { N: String(round) } };
      await putAll(
        cloud,
        Array.from({ length: 20 }, (_, index) =>
          item(`k${index}`, { ...value, ...(index % 2 ? { route: { S: '1' } } : {}) }),
        ),
      );
    }
    await cloud.cloud.drain();
    const seen = cloud.seen().filter((line) => line.done !== undefined);
    expect(seen).toHaveLength(50);
    for (let index = 1; index < 20; index += 2) {
      expect(seen.filter((line) => line.done === `k${index}`).map((line) => line.value)).toEqual([
        '0',
        '1',
        '2',
        '3',
        '4',
      ]);
    }
    expect(Math.max(...batches(cloud).map((batch) => (Array.isArray(batch) ? batch.length : 0)))).toBeLessThanOrEqual(
      7,
    );
    expect(cloud.cloud.totals()).toMatchObject({ stored: 20, routed: 50, failures: 0 });
  });

  it('waits for its batching window', async () => {
    const cloud = await start({ BatchSize: 3, MaximumBatchingWindowInSeconds: 60 });
    await cloud.put('a');
    await cloud.put('b');
    expect(batches(cloud)).toEqual([]);
    await cloud.put('c');
    await cloud.cloud.drain();
    expect(batches(cloud)).toEqual([['a', 'b', 'c']]);
  });
});

describe('failures', () => {
  it('bisects until the one poison record is alone, and parks that record whole', async () => {
    const cloud = await start({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 2,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const items = Array.from({ length: 16 }, (_, index) => item(`k${index}`, index === 11 ? does('throw') : {}));
    await putAll(cloud, items);
    await cloud.cloud.drain();
    expect(done(cloud)).toEqual(items.map(({ pk }) => (pk as { S: string }).S).filter((pk) => pk !== 'k11'));
    expect(batches(cloud).slice(-5)).toContainEqual(['k11']);
    const [record, ...others] = await parked(cloud);
    expect(others).toEqual([]);
    expect(record?.requestContext).toMatchObject({
      condition: 'RetryAttemptsExhausted',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test-Consumer',
    });
    expect(record?.DDBStreamBatchInfo.batchSize).toBe(1);
    expect(JSON.parse(record?.payload ?? '').Records[0].dynamodb.NewImage).toEqual(items[11]);
    // The poison record alone: one attempt and two retries.
    expect(batches(cloud).filter((batch) => JSON.stringify(batch) === '["k11"]')).toHaveLength(3);
  });

  it('repeats a whole batch without bisection, then parks it and goes on', async () => {
    const cloud = await start({ MaximumRetryAttempts: 3 });
    await putAll(cloud, [item('a'), item('b', does('throw')), item('c')]);
    await cloud.put('d');
    await cloud.cloud.drain();
    expect(batches(cloud)).toEqual([...Array(4).fill(['a', 'b', 'c']), ['d']]);
    const [record] = await parked(cloud);
    expect(record?.DDBStreamBatchInfo.batchSize).toBe(3);
    expect(record?.requestContext.approximateInvokeCount).toBe(4);
    expect(cloud.cloud.totals()).toMatchObject({ failures: 4, deadLetters: 3, routed: 1 });
  });

  it('repeats from the lowest reported record only', async () => {
    const cloud = await start({ MaximumRetryAttempts: 5, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await putAll(cloud, [item('a'), item('b'), item('c', does('report-once')), item('d', does('report-once'))]);
    await cloud.cloud.drain();
    expect(batches(cloud)).toEqual([
      ['a', 'b', 'c', 'd'],
      ['c', 'd'],
    ]);
    expect(done(cloud)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('parks the rest when a reported record never works', async () => {
    const cloud = await start({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 2,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    await putAll(cloud, [item('a'), item('b', does('report')), item('c')]);
    await cloud.cloud.drain();
    expect(done(cloud)).toEqual(['a']);
    expect((await parked(cloud)).map((record) => record.DDBStreamBatchInfo.batchSize)).toEqual([2]);
  });

  it('gives records up that are too old', async () => {
    let clock = Date.UTC(2026, 10, 20);
    const cloud = await start(
      { MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: -1 },
      { now: () => clock, timing: { streamRetryMs: 20 } },
    );
    await cloud.put('a', does('throw'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    clock += 120_000;
    await cloud.cloud.drain();
    expect((await parked(cloud))[0]?.requestContext).toMatchObject({ condition: 'RecordAgeExceeded' });
  });

  it('survives an environment that dies or hangs in the middle', async () => {
    const cloud = await start({ MaximumRetryAttempts: 5 });
    await cloud.put('a', does('exit-once'));
    await cloud.put('b', does('hang-once'));
    await cloud.put('c');
    await cloud.cloud.drain();
    expect(new Set(done(cloud))).toEqual(new Set(['a', 'b', 'c']));
    const errors = cloud.eventsOf('invoked').flatMap(({ error = [] }) => error);
    expect(errors.some((error) => error.includes('exit status 1'))).toBe(true);
    expect(errors.some((error) => error.includes('Task timed out after 1.00 seconds'))).toBe(true);
  });

  it('survives a thread that is killed from outside', async () => {
    let kills = 2;
    const cloud = await start(
      { MaximumRetryAttempts: 5 },
      { faults: { invoke: () => (kills-- > 0 ? 'crash' : undefined) } },
    );
    await cloud.put('a');
    await cloud.cloud.drain();
    expect(done(cloud)).toContain('a');
    expect(cloud.cloud.totals().failures).toBe(2);
  });

  it('loses what it gives up when the role may not write to the bucket, and says so', async () => {
    const cloud = await start({ MaximumRetryAttempts: 0 }, {}, { FunctionRole: role([allow('dynamodb:*', '*')]) });
    await cloud.put('a', does('throw'));
    await cloud.cloud.drain();
    expect(cloud.eventsOf('dead-letter')).toMatchObject([{ source: 'stream', count: 1 }]);
    expect(cloud.eventsOf('dead-letter')[0]).not.toHaveProperty('destination');
    expect(cloud.eventsOf('warning')[0]?.text).toContain('may not s3:PutObject');
  });
});

it('sends removals of expired items through the stream', async () => {
  const cloud = await start({});
  await cloud.put('old', { ttl: { N: String(Math.floor(Date.now() / 1000) - 100) } });
  await cloud.put('young', { ttl: { N: String(Math.floor(Date.now() / 1000) + 1000) } });
  expect(await cloud.cloud.expire()).toBe(1);
  await cloud.cloud.drain();
  expect(cloud.seen().flatMap((line) => (line.eventName === 'REMOVE' ? [line.done] : []))).toEqual(['old']);
});
