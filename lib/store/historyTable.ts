import { BatchWriteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { KefError } from '../errors.ts';
import type { HistoryItem } from './historyItem.ts';
import type { PartitionPage, ReadPartition } from './historyWalk.ts';
import { eachLimited, fullJitter, type Pace, realPace } from './retry.ts';
import { toStoreError } from './storeError.ts';

/** Puts in one BatchWriteItem. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const maxPutsPerCall = 25;

/** Calls in flight at once: 500 events are 20 calls, and the SDK keeps 50 connections. */
const parallelCalls = 10;

/** What {@link HistoryTable} needs. */
export interface HistoryTableOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** @default the real clock */
  readonly pace?: Pace;
}

/** What a query for a namespace's day reads; an object's history is in the table itself. */
export type HistoryIndex = 'byNamespaceDay' | undefined;

type PutRequest = { PutRequest: { Item: Record<string, unknown> } };

/** The History table. Plain puts: equal events are equal items, so a replay changes nothing and needs no condition. */
export class HistoryTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #pace: Pace;

  constructor(options: HistoryTableOptions) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#pace = options.pace ?? realPace;
  }

  /**
   * Stores every item or throws. Repeats what DynamoDB left over until `deadline`.
   *
   * @param deadline milliseconds since 1970 @default 8 seconds from now
   * @throws KefError `StoreUnavailable`; some items may be stored by then, and storing them again is free of effect
   */
  async putAll(items: readonly HistoryItem[], deadline: number = this.#pace.now() + 8_000): Promise<void> {
    const requests = [...new Map(items.map((item) => [`${item.pk}\n${item.sk}`, item])).values()].map(toPut);
    const calls: PutRequest[][] = [];
    for (let at = 0; at < requests.length; at += maxPutsPerCall) calls.push(requests.slice(at, at + maxPutsPerCall));
    await eachLimited(calls, parallelCalls, (call) => this.#putCall(call, deadline));
  }

  /**
   * A reader of partitions for `walkHistory`.
   *
   * @param attributes what to fetch, when that is less than everything. Costs the same, travels faster
   */
  reader(index: HistoryIndex, attributes?: readonly string[]): ReadPartition {
    const [partitionKey, sortKey] = index === undefined ? ['pk', 'sk'] : ['gpk', 'gsk'];
    const names = { '#p': partitionKey, '#s': sortKey };
    const projected = attributes === undefined ? {} : Object.fromEntries(attributes.map((name) => [`#${name}_`, name]));
    return async ({ partition, low, high, order, limit, next }): Promise<PartitionPage> => {
      const command = new QueryCommand({
        TableName: this.#tableName,
        ...(index === undefined ? {} : { IndexName: index }),
        KeyConditionExpression: '#p = :p AND #s BETWEEN :low AND :high',
        ExpressionAttributeNames: { ...names, ...projected },
        ExpressionAttributeValues: { ':p': partition, ':low': low, ':high': high },
        ...(attributes === undefined ? {} : { ProjectionExpression: Object.keys(projected).join(', ') }),
        ScanIndexForward: order === 'asc',
        Limit: limit,
        ...(next === undefined ? {} : { ExclusiveStartKey: next }),
      });
      const answer = await this.#client.send(command).catch((error: unknown) => {
        throw toStoreError(error, 'Reading history');
      });
      return { items: (answer.Items ?? []) as HistoryItem[], next: answer.LastEvaluatedKey }; // toHistoryItem wrote them
    };
  }

  async #putCall(requests: PutRequest[], deadline: number): Promise<void> {
    let left: PutRequest[] = requests;
    for (let attempt = 0; ; attempt++) {
      left = await this.#putOnce(left);
      if (left.length === 0) return;
      const wait = fullJitter(attempt, this.#pace.random);
      if (this.#pace.now() + wait >= deadline) throw throttled(left.length);
      await this.#pace.sleep(wait);
    }
  }

  /** One call; returns what DynamoDB did not take. */
  async #putOnce(requests: PutRequest[]): Promise<PutRequest[]> {
    try {
      const answer = await this.#client.send(new BatchWriteCommand({ RequestItems: { [this.#tableName]: requests } }));
      const left = answer.UnprocessedItems?.[this.#tableName] ?? [];
      return left as PutRequest[]; // only puts were sent
    } catch (error) {
      throw toStoreError(error, 'Writing history');
    }
  }
}

/** Two puts of one key in a call are refused by DynamoDB as a whole, hence the collapsing in `putAll`. */
function toPut(item: HistoryItem): PutRequest {
  return { PutRequest: { Item: { ...item } } };
}

function throttled(left: number): KefError {
  return new KefError(
    'StoreUnavailable',
    `The History table is throttling: ${left} items were not taken in time; try again shortly.`,
  );
}
