import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDocumentClient } from '../../lib/store/documentClient.ts';
import {
  clustersTableSchema,
  historyTableSchema,
  incidentsTableSchema,
  type TableSchema,
} from '../../lib/store/tableSchemas.ts';

// dynalite is CommonJS without types; its README gives this shape.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: { createTableMs?: number }) => Server;

/** One request DynamoDB saw. */
export interface DynamoCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** A DynamoDB of our own with the three tables, in memory. */
export async function startDynamo() {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const calls: DynamoCall[] = [];
  const client = createDocumentClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  client.middlewareStack.add(
    (next, context) => (args) => {
      calls.push({
        operation: String(context.commandName).replace('Command', ''),
        input: args.input as Record<string, unknown>, // every command's input is an object
      });
      return next(args);
    },
    { step: 'initialize', name: 'recordCalls' },
  );
  await Promise.all([
    createTable(client, 'history', historyTableSchema),
    createTable(client, 'incidents', incidentsTableSchema),
    createTable(client, 'clusters', clustersTableSchema),
  ]);
  calls.length = 0;
  return {
    client,
    calls,
    async close() {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function createTable(client: DynamoDBClient, name: string, schema: TableSchema): Promise<void> {
  const keys = [schema, ...schema.indexes];
  const names = new Set(keys.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]));
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema(schema),
      ...(schema.indexes.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: schema.indexes.map((index) => ({
              IndexName: index.name,
              KeySchema: keySchema(index),
              Projection:
                index.attributes === undefined
                  ? { ProjectionType: 'ALL' as const }
                  : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.attributes] },
            })),
          }),
    }),
  );
}

function keySchema({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
}
