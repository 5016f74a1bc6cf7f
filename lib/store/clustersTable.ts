import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
  type UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { KefError } from '../errors.ts';
import {
  type BatchOrder,
  type BatchReceipt,
  clusterKey,
  orderOf,
  type PositionKeeper,
  receiptUpdate,
} from './clusterReceipt.ts';
import { type ClusterRow, toClusterRow } from './clusterRow.ts';
import { joinKey } from './keys.ts';

export type { BatchReceipt } from './clusterReceipt.ts';

import { eachLimited, fullJitter, type Pace, realPace } from './retry.ts';
import { toStoreError } from './storeError.ts';

/** What {@link ClustersTable} needs. */
export interface ClustersTableOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How long to remember which namespaces a day had. @default 30 */
  readonly retentionDays?: number;
  /** @default the real clock */
  readonly pace?: Pace;
}

const registryKey = 'clusters';
const secondsPerDay = 86_400;
const maxReadAttempts = 5;

/** A batch has events of one day, at midnight of two; a replay may have many. */
const parallelDays = 8;

/** Where each relay is, when it was heard last, and which namespaces had events on which day. */
export class ClustersTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #retentionDays: number;
  readonly #pace: Pace;
  /** `cluster`, or `cluster#day#namespace`: what this process has stored already, so that a batch is one write and not three. */
  readonly #known = new Set<string>();

  constructor(options: ClustersTableOptions) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#retentionDays = options.retentionDays ?? 30;
    this.#pace = options.pace ?? realPace;
  }

  /**
   * Takes down a batch, in one write once the cluster and the day's namespaces are known to this process. Of batches that
   * overtake each other, the position of the one made last stays, see {@link orderOf}.
   *
   * @returns whose position is kept, when that is another relay than the batch's
   * @throws KefError `StoreUnavailable`
   */
  async recordBatch(cluster: string, receipt: BatchReceipt): Promise<PositionKeeper | undefined> {
    const [keeper] = await Promise.all([
      this.#recordReceipt(cluster, receipt),
      this.#register(cluster, receipt.at),
      eachLimited([...receipt.namespaces], parallelDays, ([day, namespaces]) =>
        this.#recordNamespaces(cluster, day, namespaces),
      ),
    ]);
    return keeper;
  }

  /** The last position a relay of `cluster` reported, or null. */
  async position(cluster: string): Promise<unknown> {
    return (await this.resumption(cluster)).position;
  }

  /** Where the next relay of `cluster` goes on, and the epoch it has to pass. */
  async resumption(cluster: string): Promise<{ position: unknown; epoch: number }> {
    const answer = await this.#try('Reading the position', () =>
      this.#client.send(
        new GetCommand({
          TableName: this.#tableName,
          Key: clusterKey(cluster),
          ConsistentRead: true,
          ProjectionExpression: '#position, #epoch',
          ExpressionAttributeNames: { '#position': 'position', '#epoch': 'positionEpoch' },
        }),
      ),
    );
    const text: unknown = answer.Item?.position;
    const epoch: unknown = answer.Item?.positionEpoch;
    return {
      position: typeof text === 'string' ? JSON.parse(text) : null,
      epoch: typeof epoch === 'number' ? epoch : 0,
    };
  }

  /** Ids of all clusters that ever posted, in order. */
  async ids(): Promise<string[]> {
    const rows = await this.#queryAll({ pk: registryKey });
    return rows.map((row) => String(row.sk));
  }

  /** All clusters that ever posted, in order of their ids. */
  async list(): Promise<ClusterRow[]> {
    const ids = await this.ids();
    const rows: ClusterRow[] = [];
    for (let at = 0; at < ids.length; at += 100) {
      rows.push(...(await this.#getRows(ids.slice(at, at + 100))));
    }
    return rows.sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
  }

  /** Namespaces of `cluster` with events, per UTC day from `fromDay` to `toDay`, both included. */
  async namespacesByDay(cluster: string, fromDay: string, toDay: string): Promise<Map<string, string[]>> {
    const rows = await this.#queryAll({ pk: joinKey('cluster', cluster), from: `day#${fromDay}`, to: `day#${toDay}` });
    return new Map(
      rows.map((row) => {
        const namespaces = row.namespaces instanceof Set ? [...row.namespaces].map(String) : [];
        return [String(row.sk).slice('day#'.length), namespaces.sort()];
      }),
    );
  }

  async #recordReceipt(cluster: string, receipt: BatchReceipt): Promise<PositionKeeper | undefined> {
    const order = orderOf(receipt);
    if (order === undefined || (receipt.position === undefined && order.epoch === undefined)) {
      await this.#update(receiptUpdate(this.#tableName, cluster, receipt, {}));
      return undefined;
    }
    try {
      await this.#update(receiptUpdate(this.#tableName, cluster, receipt, { order }));
      return undefined;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
      const { position: _older, ...rest } = receipt;
      const update = receiptUpdate(this.#tableName, cluster, rest, {});
      return keeperBeside(order, await this.#update({ ...update, ReturnValues: 'ALL_NEW' }));
    }
  }

  async #register(cluster: string, at: string): Promise<void> {
    if (this.#known.has(cluster)) return;
    await this.#update({
      TableName: this.#tableName,
      Key: { pk: registryKey, sk: cluster },
      UpdateExpression: 'SET firstSeen = if_not_exists(firstSeen, :at)',
      ExpressionAttributeValues: { ':at': at },
    });
    this.#known.add(cluster);
  }

  async #recordNamespaces(cluster: string, day: string, namespaces: ReadonlySet<string>): Promise<void> {
    const fresh = [...namespaces].filter((namespace) => !this.#known.has(joinKey(cluster, day, namespace)));
    if (fresh.length === 0) return;
    await this.#update({
      TableName: this.#tableName,
      Key: { pk: joinKey('cluster', cluster), sk: `day#${day}` },
      UpdateExpression: 'ADD namespaces :fresh SET #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':fresh': new Set(fresh),
        ':ttl': Math.floor(Date.parse(day) / 1000) + (this.#retentionDays + 2) * secondsPerDay,
      },
    });
    for (const namespace of fresh) this.#known.add(joinKey(cluster, day, namespace));
  }

  async #getRows(ids: readonly string[]): Promise<ClusterRow[]> {
    const rows: ClusterRow[] = [];
    let keys: Record<string, unknown>[] = ids.map(clusterKey);
    for (let attempt = 0; keys.length > 0; attempt++) {
      if (attempt > 0) await this.#pace.sleep(fullJitter(attempt, this.#pace.random));
      if (attempt === maxReadAttempts) {
        throw new KefError('StoreUnavailable', 'The Clusters table is throttling; try again shortly.');
      }
      const wanted = keys;
      const answer = await this.#try('Reading the clusters', () =>
        this.#client.send(new BatchGetCommand({ RequestItems: { [this.#tableName]: { Keys: wanted } } })),
      );
      rows.push(...(answer.Responses?.[this.#tableName] ?? []).map(toClusterRow));
      keys = answer.UnprocessedKeys?.[this.#tableName]?.Keys ?? [];
    }
    return rows;
  }

  async #queryAll(key: { pk: string; from?: string; to?: string }): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await this.#try('Reading the clusters', () =>
        this.#client.send(
          new QueryCommand({
            TableName: this.#tableName,
            KeyConditionExpression: key.from === undefined ? 'pk = :pk' : 'pk = :pk AND sk BETWEEN :from AND :to',
            ExpressionAttributeValues: {
              ':pk': key.pk,
              ...(key.from === undefined ? {} : { ':from': key.from, ':to': key.to }),
            },
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        ),
      );
      rows.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
    return rows;
  }

  #update(input: UpdateCommandInput): Promise<UpdateCommandOutput> {
    return this.#try('Recording the batch', () => this.#client.send(new UpdateCommand(input)));
  }

  async #try<T>(doing: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw toStoreError(error, doing);
    }
  }
}

/** Another relay, when it is that one whose position is kept; nothing when the batch was merely overtaken by a later one of its own. */
function keeperBeside(order: BatchOrder, { Attributes = {} }: UpdateCommandOutput): PositionKeeper | undefined {
  const { positionEpoch, positionHolder } = Attributes;
  if (order.epoch === undefined || typeof positionEpoch !== 'number') return undefined;
  if (positionEpoch === order.epoch && positionHolder === order.holder) return undefined;
  return { epoch: positionEpoch, holder: String(positionHolder) };
}
