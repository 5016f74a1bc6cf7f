import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dueKey } from './incidentKeys.ts';
import { toStoreError } from './storeError.ts';

/** A note that an incident holds news, or that a cluster's desk gathers some, and when to look. */
export interface DueNote {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'incident' | 'desk';
  /** Fingerprint of the incident; the cluster whose desk it is. */
  readonly id: string;
}

/** Notes read at once; what is more waits for the next look, seconds later. */
const maxNotes = 100;
/** Notes that nobody came for are looked at for a day: longer than records are retried. */
const keptSeconds = 86_400;

/**
 * The notes of what is due when. They are hints: what has to be told is in the items they name, so a note too many costs a
 * look and nothing else. Each is written before what it is about, and removed after that is settled.
 */
export class DueNotes {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /** Writes a note; the same one again changes nothing. @throws KefError `StoreUnavailable` */
  async put({ at, kind, id }: DueNote): Promise<void> {
    const ttl = Math.floor(at / 1000) + keptSeconds;
    const Item = { ...dueKey(at, `${kind} ${id}`), at, kind, id, ttl };
    await this.#try('Noting what is due', () =>
      this.#client.send(new PutCommand({ TableName: this.#tableName, Item })),
    );
  }

  /** Notes whose time has come, oldest first. @throws KefError `StoreUnavailable` */
  async until(now: number): Promise<DueNote[]> {
    const { Items = [] } = await this.#try('Reading what is due', () =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: 'pk = :due AND sk <= :now',
          // '~' sorts behind every hash.
          ExpressionAttributeValues: { ':due': 'due', ':now': `${new Date(now).toISOString()}~` },
          Limit: maxNotes,
        }),
      ),
    );
    return Items.map(({ at, kind, id }) => ({ at, kind, id }) as DueNote); // written by put
  }

  /** Removes a note. @throws KefError `StoreUnavailable` */
  async remove({ at, kind, id }: DueNote): Promise<void> {
    const Key = { ...dueKey(at, `${kind} ${id}`) };
    await this.#try('Removing a note', () => this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key })));
  }

  async #try<T>(doing: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw toStoreError(error, doing);
    }
  }
}
