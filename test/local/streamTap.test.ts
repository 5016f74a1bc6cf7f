import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../lib/local/dynamodb/Database.ts';
import type { Item } from '../../lib/local/dynamodb/item.ts';
import { StreamTap } from '../../lib/local/dynamodb/StreamTap.ts';
import type { TableDefinition } from '../../lib/local/dynamodb/tableDefinition.ts';
import { sweepExpired } from '../../lib/local/dynamodb/timeToLive.ts';
import { openJournal } from '../../lib/local/journal.ts';
import type { StreamRecord } from '../../lib/local/stream/record.ts';
import { StreamLog } from '../../lib/local/stream/StreamLog.ts';

const table = (name: string, stream: boolean): TableDefinition => ({
  name,
  arn: `arn:${name}`,
  keyNames: ['pk', 'sk'],
  ttlAttribute: 'ttl',
  ...(stream ? { stream: { arn: `arn:${name}/stream`, view: 'NEW_AND_OLD_IMAGES' } } : {}),
  create: {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  },
});
const tables = [table('streamed', true), table('plain', false)];

let database: Database;
let tap: StreamTap;
let records: StreamRecord[] = [];
beforeAll(async () => {
  database = await Database.start(undefined);
  await database.createTables(tables);
  const log = new StreamLog({
    arn: 'arn:streamed/stream',
    view: 'NEW_AND_OLD_IMAGES',
    region: 'us-east-1',
    now: Date.now,
    journal: openJournal(undefined),
  });
  log.subscribe((received) => records.push(...received));
  tap = new StreamTap({ database, tables, logs: new Map([['streamed', log]]), intents: openJournal(undefined) });
});
beforeEach(() => {
  records = [];
});
afterAll(() => database.close());

let serial = 0;
const freshKey = (): Item => ({ pk: { S: `k${++serial}` }, sk: { S: 's' } });
const send = async (operation: string, input: object): Promise<{ status: number; answer: Record<string, unknown> }> => {
  const body = Buffer.from(JSON.stringify(input));
  const { status, body: answer } = await tap.handle(operation, body, input);
  return { status, answer: JSON.parse(answer.toString()) };
};
const put = (item: Item, more: object = {}, TableName = 'streamed') =>
  send('PutItem', { TableName, Item: item, ...more });
const summary = (): unknown[] =>
  records.map(({ eventName, dynamodb }) => [
    eventName,
    dynamodb.OldImage?.v?.N ?? null,
    dynamodb.NewImage?.v?.N ?? null,
  ]);

describe('one item', () => {
  it('is inserted, modified and removed', async () => {
    const key = freshKey();
    await put({ ...key, v: { N: '1' } });
    await put({ ...key, v: { N: '2' } });
    await send('UpdateItem', {
      TableName: 'streamed',
      Key: key,
      UpdateExpression: 'ADD v :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });
    await send('DeleteItem', { TableName: 'streamed', Key: key });
    expect(summary()).toEqual([
      ['INSERT', null, '1'],
      ['MODIFY', '1', '2'],
      ['MODIFY', '2', '3'],
      ['REMOVE', '3', null],
    ]);
    const numbers = records.map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
    expect(numbers).toEqual(numbers.toSorted((left, right) => (left < right ? -1 : 1)));
    expect(records[0]).toMatchObject({
      eventSource: 'aws:dynamodb',
      eventVersion: '1.1',
      awsRegion: 'us-east-1',
      dynamodb: { Keys: key, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  });

  it('leaves no record when nothing changes', async () => {
    const key = freshKey();
    await put({ ...key, v: { N: '1.0' }, s: { SS: ['a', 'b'] } });
    await put({ ...key, v: { N: '1' }, s: { SS: ['b', 'a'] } });
    await send('UpdateItem', {
      TableName: 'streamed',
      Key: key,
      UpdateExpression: 'SET v = :v',
      ExpressionAttributeValues: { ':v': { N: '1' } },
    });
    await send('DeleteItem', { TableName: 'streamed', Key: freshKey() });
    expect(summary()).toEqual([['INSERT', null, '1']]);
  });

  it('leaves no record when a condition fails, and none in tables without a stream', async () => {
    const key = freshKey();
    await put({ ...key, v: { N: '1' } });
    const { status, answer } = await put(
      { ...key, v: { N: '2' } },
      { ConditionExpression: 'attribute_not_exists(pk)' },
    );
    expect([status, answer.__type]).toEqual([400, 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException']);
    await put({ ...key, v: { N: '3' } }, {}, 'plain');
    expect(summary()).toHaveLength(1);
  });

  it('may not be larger than 400 KB', async () => {
    const { status, answer } = await put({ ...freshKey(), big: { S: 'x'.repeat(400 * 1024) } });
    expect([status, answer.message]).toEqual([400, 'Item size has exceeded the maximum allowed size']);
    expect(records).toEqual([]);
  });

  it('is numbered as DynamoDB stores it', async () => {
    await put({ ...freshKey(), v: { N: '1.50e2' } });
    expect(records[0]?.dynamodb.NewImage?.v).toEqual({ N: '150' });
  });

  it('is left alone by requests the database refuses', async () => {
    expect((await send('PutItem', { TableName: 'streamed', Item: { pk: { S: 'no sort key' } } })).status).toBe(400);
    expect((await send('PutItem', { TableName: 'nowhere', Item: freshKey() })).status).toBe(400);
    expect((await send('BatchWriteItem', { RequestItems: 'nonsense' })).status).toBe(400);
    expect(records).toEqual([]);
  });
});

describe('batches', () => {
  it('give one record per changed item, over several tables', async () => {
    const [known, deleted, fresh] = [freshKey(), freshKey(), freshKey()];
    await put({ ...known, v: { N: '1' } });
    await put({ ...deleted, v: { N: '2' } });
    records = [];
    const { status } = await send('BatchWriteItem', {
      RequestItems: {
        streamed: [
          { PutRequest: { Item: { ...known, v: { N: '1' } } } },
          { DeleteRequest: { Key: deleted } },
          { PutRequest: { Item: { ...fresh, v: { N: '3' } } } },
        ],
        plain: [{ PutRequest: { Item: { ...fresh, v: { N: '4' } } } }],
      },
    });
    expect(status).toBe(200);
    expect(summary()).toEqual([
      ['REMOVE', '2', null],
      ['INSERT', null, '3'],
    ]);
  });

  it('take at most 25 writes and no key twice', async () => {
    const key = freshKey();
    const writes = (items: Item[]): object => ({
      RequestItems: { streamed: items.map((Item) => ({ PutRequest: { Item } })) },
    });
    expect((await send('BatchWriteItem', writes(Array.from({ length: 26 }, freshKey)))).status).toBe(400);
    expect((await send('BatchWriteItem', writes([key, key]))).status).toBe(400);
    expect(records).toEqual([]);
  });
});

it('keeps the order of each key under concurrent writes: replaying the records gives the table', async () => {
  const keys = Array.from({ length: 4 }, freshKey);
  const operation = fc.record({
    kind: fc.constantFrom('put', 'update', 'delete', 'batch'),
    key: fc.nat(3),
    value: fc.nat(5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
      records = [];
      await send('BatchWriteItem', { RequestItems: { streamed: keys.map((Key) => ({ DeleteRequest: { Key } })) } });
      records = [];
      await Promise.all(
        operations.map(({ kind, key: index, value }) => {
          const key = keys[index] ?? freshKey();
          const Item = { ...key, v: { N: String(value) } };
          const other = keys[(index + 1) % keys.length] ?? freshKey();
          if (kind === 'put') return put(Item);
          if (kind === 'delete') return send('DeleteItem', { TableName: 'streamed', Key: key });
          if (kind === 'batch')
            return send('BatchWriteItem', {
              RequestItems: { streamed: [{ PutRequest: { Item } }, { DeleteRequest: { Key: other } }] },
            });
          return send('UpdateItem', {
            TableName: 'streamed',
            Key: key,
            UpdateExpression: 'ADD v :v',
            ExpressionAttributeValues: { ':v': { N: String(value) } },
          });
        }),
      );
      const replayed = new Map<string, unknown>();
      for (const { eventName, dynamodb } of records) {
        const id = JSON.stringify(dynamodb.Keys);
        // Each record starts from where the one before it ended.
        expect(dynamodb.OldImage).toEqual(replayed.get(id));
        expect(eventName).toBe(
          dynamodb.OldImage === undefined ? 'INSERT' : dynamodb.NewImage === undefined ? 'REMOVE' : 'MODIFY',
        );
        replayed.set(id, dynamodb.NewImage);
      }
      for (const key of keys) {
        const { Item } = await database.call('GetItem', { TableName: 'streamed', Key: key, ConsistentRead: true });
        expect(replayed.get(JSON.stringify(key))).toEqual(Item);
      }
    }),
    { numRuns: 60 },
  );
});

it('removes what has expired, as DynamoDB itself, and nothing else', async () => {
  const now = Date.UTC(2026, 10, 20);
  const seconds = now / 1000;
  const [expired, fresh, ancient, none] = [freshKey(), freshKey(), freshKey(), freshKey()];
  await put({ ...expired, ttl: { N: String(seconds - 10) } });
  await put({ ...fresh, ttl: { N: String(seconds + 10) } });
  await put({ ...ancient, ttl: { N: '1' } });
  await put({ ...none, v: { N: '1' } });
  records = [];
  expect(await sweepExpired(database, tap, tables, now)).toBe(1);
  expect(records.map(({ eventName, userIdentity, dynamodb }) => [eventName, userIdentity, dynamodb.Keys])).toEqual([
    ['REMOVE', { principalId: 'dynamodb.amazonaws.com', type: 'Service' }, expired],
  ]);
});
