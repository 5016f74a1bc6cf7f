import { EventEmitter, once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { KefError } from '../../errors.ts';
import type { TableDefinition } from './tableDefinition.ts';

/** An answer of the DynamoDB protocol, body not yet parsed. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What dynalite checks before it looks at an operation. Signatures are verified nowhere below the endpoint of the functions. */
const fixedHeaders = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20200101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

/** DynamoDB's data, without streams and expiry: dynalite, spoken to over its wire protocol. */
export class Database {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts the database. `directory` keeps the data; without it everything is in memory. */
  static async start(directory: string | undefined): Promise<Database> {
    // Loaded late: a process that only wants types or other parts does not pay for it.
    const { default: dynalite } = await import('dynalite');
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    const server = dynalite({ createTableMs: 0, ...(directory === undefined ? {} : { path: directory }) });
    // Nobody connects; it listens because dynalite closes its store only with a listening server.
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Database(server);
  }

  /**
   * Hands one operation to the database's request handler: the wire protocol without the wire. A second trip over a socket
   * would cost more than most operations.
   */
  send(operation: string, body: string | Buffer): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      const request = Object.assign(new EventEmitter(), {
        method: 'POST',
        url: '/',
        headers: { ...fixedHeaders, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      });
      const headers: Record<string, string> = {};
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: unknown) => {
          headers[name] = String(value);
        },
        end(this: { statusCode: number }, answer: string) {
          resolve({ status: this.statusCode, headers, body: Buffer.from(answer) });
        },
      };
      try {
        this.#server.emit('request', request, response);
        request.emit('data', Buffer.isBuffer(body) ? body : Buffer.from(body));
        request.emit('end');
      } catch (error) {
        reject(error);
      }
    });
  }

  /** Runs an operation of our own and expects it to succeed. */
  async call(operation: string, input: unknown): Promise<Record<string, unknown>> {
    const { status, body } = await this.send(operation, JSON.stringify(input));
    const answer: unknown = JSON.parse(body.toString());
    if (status !== 200) throw new KefError('StoreUnavailable', `local DynamoDB, ${operation}: ${body.toString()}`);
    return answer as Record<string, unknown>; // every DynamoDB answer is an object
  }

  /** Creates the tables that are not there yet. Throws `ConfigInvalid` when one is there in another shape. */
  async createTables(tables: readonly TableDefinition[]): Promise<void> {
    const { TableNames } = await this.call('ListTables', {});
    const existing = new Set(Array.isArray(TableNames) ? TableNames : []);
    await Promise.all(
      tables.map(async ({ name, create }) => {
        if (existing.has(name)) await this.#checkShape(name, create);
        else await this.call('CreateTable', create);
        while ((await this.#describe(name)).TableStatus !== 'ACTIVE') await delay(5);
      }),
    );
  }

  async #describe(name: string): Promise<Record<string, unknown>> {
    const { Table } = await this.call('DescribeTable', { TableName: name });
    return Table as Record<string, unknown>; // DescribeTable always answers with a table
  }

  async #checkShape(name: string, create: TableDefinition['create']): Promise<void> {
    const table = await this.#describe(name);
    if (isDeepStrictEqual(shape(table), shape(create))) return;
    throw new KefError(
      'ConfigInvalid',
      `table ${name} in the data directory has other keys or indexes than the synthesized one; use a new data directory`,
    );
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error ? reject(error) : resolve()));
      this.#server.closeAllConnections();
    });
  }
}

function shape(table: Readonly<Record<string, unknown>>): unknown {
  const indexes = Array.isArray(table.GlobalSecondaryIndexes) ? table.GlobalSecondaryIndexes : [];
  return {
    key: table.KeySchema,
    indexes: indexes
      .map((index: { IndexName: string; KeySchema: unknown }) => [index.IndexName, index.KeySchema] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  };
}
