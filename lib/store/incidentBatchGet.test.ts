import type { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { batchGet } from './incidentBatchGet.ts';

const pace = { now: () => 0, sleep: async () => undefined, random: () => 0 };
const keys = ['a', 'b', 'c'].map((pk) => ({ pk, sk: 'incident' }));

type Keys = Record<string, unknown>[];

/** A client that answers at most `each` keys of a call. */
function client(each: number) {
  const calls: Keys[] = [];
  const send = async ({ input }: BatchGetCommand) => {
    const asked: Keys = input.RequestItems?.table?.Keys ?? [];
    calls.push(asked);
    const left = asked.slice(each);
    return {
      Responses: { table: asked.slice(0, each) },
      UnprocessedKeys: left.length === 0 ? {} : { table: { Keys: left } },
    };
  };
  return { calls, client: { send } as unknown as DynamoDBDocumentClient }; // only BatchGet is sent
}

describe('reading many items', () => {
  it('asks again for what DynamoDB left over', async () => {
    const { client: one, calls } = client(1);
    expect(await batchGet(one, 'table', keys, pace)).toEqual(keys);
    expect(calls.map((asked) => asked.length)).toEqual([3, 2, 1]);
  });

  it('gives up as unavailable when nothing comes', async () => {
    await expect(batchGet(client(0).client, 'table', keys, pace)).rejects.toMatchObject({ code: 'StoreUnavailable' });
  });

  it('asks for each key once and for nothing at all when there is none', async () => {
    const { client: one, calls } = client(100);
    await batchGet(one, 'table', [...keys, ...keys], pace);
    await batchGet(one, 'table', [], pace);
    expect(calls.map((asked) => asked.length)).toEqual([3]);
  });
});
