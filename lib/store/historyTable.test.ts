import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { KefError } from '../errors.ts';
import type { HistoryItem } from './historyItem.ts';
import { HistoryTable } from './historyTable.ts';

const dynamo = mockClient(DynamoDBDocumentClient);
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

let time = 0;
let waits: number[] = [];
const pace = {
  now: () => time,
  sleep: async (ms: number) => {
    waits.push(ms);
    time += ms;
  },
  random: () => 0.5,
};
const table = new HistoryTable({ client, tableName: 'history', pace });
const item = (i: number) => ({ pk: `c#Pod#n#p${i}`, sk: `2026-11-20T10:00:00.000000Z#u#${i}` }) as HistoryItem; // keys are all a writer looks at
const items = (count: number) => Array.from({ length: count }, (_, i) => item(i));
const sizes = () =>
  dynamo.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems?.history?.length);

beforeEach(() => {
  dynamo.reset();
  time = 0;
  waits = [];
});

describe('writing history', () => {
  it('puts 25 items in a call and calls nothing for nothing', async () => {
    dynamo.on(BatchWriteCommand).resolves({});
    await table.putAll(items(60));
    expect(sizes()).toEqual([25, 25, 10]);
    await table.putAll([]);
    expect(sizes()).toHaveLength(3);
  });

  it('puts one key once, because DynamoDB refuses a call with two', async () => {
    dynamo.on(BatchWriteCommand).resolves({});
    await table.putAll([item(1), item(2), item(1)]);
    expect(sizes()).toEqual([2]);
  });

  it('repeats only what was left over, after a wait', async () => {
    const left = [{ PutRequest: { Item: { ...item(3) } } }];
    dynamo
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { history: left } })
      .resolves({});
    await table.putAll(items(5));
    expect(sizes()).toEqual([5, 1]);
    expect(waits).toHaveLength(1);
  });

  it('gives up at the deadline when nothing is ever taken, having waited longer each time', async () => {
    dynamo.on(BatchWriteCommand).callsFake((input) => ({ UnprocessedItems: input.RequestItems }));
    const failure = await table.putAll(items(5), 4_000).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KefError);
    expect(failure).toMatchObject({ code: 'StoreUnavailable', retryable: true });
    expect(time).toBeLessThanOrEqual(4_000);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.length).toBeGreaterThan(4);
  });

  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'InternalServerError', 'TimeoutError'])(
    'says %s is something to wait for',
    async (name) => {
      dynamo.on(BatchWriteCommand).rejects(Object.assign(new Error('no'), { name }));
      await expect(table.putAll(items(1))).rejects.toMatchObject({ code: 'StoreUnavailable' });
    },
  );

  it.each(['ValidationException', 'ResourceNotFoundException', 'AccessDeniedException'])(
    'lets %s through: waiting does not help',
    async (name) => {
      dynamo.on(BatchWriteCommand).rejects(Object.assign(new Error('no'), { name }));
      await expect(table.putAll(items(1))).rejects.toMatchObject({ name });
    },
  );
});
