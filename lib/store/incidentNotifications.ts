import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { notificationKey } from './incidentKeys.ts';
import { type Pace, realPace } from './retry.ts';
import { toStoreError } from './storeError.ts';

/** What claiming a publication gave: it is ours to tell, it was told, or another invocation is telling it right now. */
export type Claim = 'claimed' | 'sent' | 'held';

/** What {@link NotificationClaims} needs. */
export interface NotificationClaimsOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** @default the real clock */
  readonly pace?: Pace;
}

interface NotificationItem {
  readonly state: 'pending' | 'sent';
  /** Epoch milliseconds until which the holder of a pending claim is trusted to be at work. */
  readonly leaseUntil: number;
}

/** Longer than the function may run (30 s), so that a valid lease means somebody is at it. */
const leaseMs = 60_000;
/** Longer than EventBridge redelivers (24 hours) and dead letters are kept (14 days). */
const keptSeconds = 15 * 86_400;

/** Who tells people about which publication, so that a redelivered one is told once. */
export class NotificationClaims {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #pace: Pace;

  constructor(options: NotificationClaimsOptions) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#pace = options.pace ?? realPace;
  }

  /** Tries to become the one who tells. @throws KefError `StoreUnavailable` */
  async claim(publicationId: string): Promise<Claim> {
    const now = this.#pace.now();
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: {
            ...notificationKey(publicationId),
            state: 'pending',
            leaseUntil: now + leaseMs,
            ttl: Math.floor(now / 1000) + keptSeconds,
          },
          ConditionExpression: 'attribute_not_exists(pk) OR (#state = :pending AND leaseUntil <= :now)',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':pending': 'pending', ':now': now },
        }),
      );
      return 'claimed';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return this.#whoHolds(publicationId);
      throw toStoreError(error, 'Claiming a notification');
    }
  }

  /** Remembers that people were told. @throws KefError `StoreUnavailable` */
  async markSent(publicationId: string): Promise<void> {
    await this.#update(publicationId, 'SET #state = :sent', { ':sent': 'sent' }, 'attribute_exists(pk)', {
      '#state': 'state',
    });
  }

  /** Gives an unused claim back, so that the next attempt need not wait for the lease to end. */
  async release(publicationId: string): Promise<void> {
    await this.#update(
      publicationId,
      'SET leaseUntil = :zero',
      { ':zero': 0, ':pending': 'pending' },
      '#state = :pending',
      { '#state': 'state' },
    );
  }

  async #whoHolds(publicationId: string): Promise<Claim> {
    try {
      const { Item } = await this.#client.send(
        new GetCommand({
          TableName: this.#tableName,
          Key: { ...notificationKey(publicationId) },
          ConsistentRead: true,
        }),
      );
      const item = Item as NotificationItem | undefined; // written by claim
      return item?.state === 'sent' ? 'sent' : 'held';
    } catch (error) {
      throw toStoreError(error, 'Reading a notification claim');
    }
  }

  async #update(
    publicationId: string,
    update: string,
    values: Record<string, unknown>,
    condition: string,
    names: Record<string, string>,
  ): Promise<void> {
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: { ...notificationKey(publicationId) },
          UpdateExpression: update,
          ConditionExpression: condition,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return;
      throw toStoreError(error, 'Updating a notification claim');
    }
  }
}
