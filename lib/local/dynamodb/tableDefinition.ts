import * as z from 'zod';
import { parse } from '../lambda/functionDefinition.ts';
import type { Deployment } from '../template/deployment.ts';
import { canonicalItem, type Item } from './item.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({ ProjectionType: z.string().default('ALL'), NonKeyAttributes: z.array(z.string()).optional() }),
});
const propertiesSchema = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(indexSchema).optional(),
  LocalSecondaryIndexes: z.array(indexSchema).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
});

/** Which images a stream's records carry. */
export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** A table of the templates. */
export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  /** Names of the partition key and, if there is one, the sort key. */
  readonly keyNames: readonly string[];
  readonly stream?: { readonly arn: string; readonly view: StreamView };
  readonly ttlAttribute?: string;
  /** Input of CreateTable, without what the local database does not know (streams, TTL, replicas). */
  readonly create: Readonly<Record<string, unknown>>;
}

/** Reads the tables of the templates. */
export function readTables(deployment: Deployment): TableDefinition[] {
  return deployment.resources('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((resource) => {
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, ...rest } = parse(
      resource,
      propertiesSchema,
    );
    const view = rest.StreamSpecification?.StreamViewType;
    const ttl = rest.TimeToLiveSpecification;
    return {
      name: resource.ref,
      arn: resource.attribute('Arn'),
      keyNames: KeySchema.toSorted((left, right) => (left.KeyType < right.KeyType ? -1 : 1)).map(
        (key) => key.AttributeName,
      ),
      ...(view === undefined ? {} : { stream: { arn: resource.attribute('StreamArn'), view } }),
      ...(ttl?.Enabled && ttl.AttributeName !== undefined ? { ttlAttribute: ttl.AttributeName } : {}),
      create: {
        TableName: resource.ref,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions,
        KeySchema,
        ...(GlobalSecondaryIndexes ? { GlobalSecondaryIndexes } : {}),
        ...(LocalSecondaryIndexes ? { LocalSecondaryIndexes } : {}),
      },
    };
  });
}

/** The key attributes of an item, or undefined when one is missing. */
export function keyOf(table: TableDefinition, item: Item): Item | undefined {
  const key: Record<string, Item[string]> = {};
  for (const name of table.keyNames) {
    const value = item[name];
    if (value === undefined) return undefined;
    key[name] = value;
  }
  return key;
}

/** One text per key and table, for locks and lanes. */
export function keyText(table: TableDefinition, key: Item): string {
  return `${table.name} ${canonicalItem(key)}`;
}
