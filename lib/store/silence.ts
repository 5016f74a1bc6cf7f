import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { toStoreError } from './storeError.ts';

/** Which silent clusters were announced: cluster id → its last heartbeat at that time. */
export type AnnouncedSilence = Readonly<Record<string, string>>;

/** What {@link SilenceStore} needs. */
export interface SilenceStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** The Clusters table. */
  readonly tableName: string;
}

/** One item for all clusters: it is read every minute, and one item costs one read unit whatever the number of clusters. */
const key = { pk: 'silence', sk: 'silence' };

/** What `watch` remembers between its runs. */
export class SilenceStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor({ client, tableName }: SilenceStoreOptions) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /** @throws KefError `StoreUnavailable` */
  async read(): Promise<AnnouncedSilence> {
    try {
      const { Item } = await this.#client.send(
        new GetCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true }),
      );
      return (Item?.announced ?? {}) as AnnouncedSilence; // written by `write` alone
    } catch (error) {
      throw toStoreError(error, 'Reading the silent clusters');
    }
  }

  /** @throws KefError `StoreUnavailable` */
  async write(announced: AnnouncedSilence): Promise<void> {
    try {
      await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { ...key, announced } }));
    } catch (error) {
      throw toStoreError(error, 'Recording the silent clusters');
    }
  }
}
