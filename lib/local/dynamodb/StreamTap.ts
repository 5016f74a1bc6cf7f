import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Journal } from '../journal.ts';
import { isJsonObject } from '../pattern/json.ts';
import type { ItemChange } from '../stream/record.ts';
import type { StreamLog } from '../stream/StreamLog.ts';
import type { Database, WireResponse } from './Database.ts';
import { canonicalItem, type Item, storedItem } from './item.ts';
import { KeyLock } from './KeyLock.ts';
import { keyOf, keyText, type TableDefinition } from './tableDefinition.ts';

/** A write that was about to happen, with what stood there before: settles what a killed process left open. */
export interface WriteIntent {
  readonly table: string;
  readonly befores: readonly { readonly key: Item; readonly before?: Item }[];
}

// Only the outermost shape: what is inside an item is the database's business, and this runs for every write.
const item = z.custom<Item>(isJsonObject);
const writeSchema = z.object({ TableName: z.string(), Item: item.optional(), Key: item.optional() });
const batchSchema = z.object({
  RequestItems: z.record(
    z.string(),
    z.array(
      z.object({
        PutRequest: z.object({ Item: item }).optional(),
        DeleteRequest: z.object({ Key: item }).optional(),
      }),
    ),
  ),
});
const unprocessedSchema = z.object({ UnprocessedItems: batchSchema.shape.RequestItems.optional() });

/** One item a request writes: `after` is known for puts and deletes, `'read'` when only the database can tell. */
interface PlannedWrite {
  readonly table: TableDefinition;
  readonly key: Item;
  readonly after: Item | undefined | 'read';
}

/**
 * Stands before the database and turns writes into stream records, as DynamoDB Streams would: one record per item that
 * changed, none for a write that changes nothing, in order for each key.
 *
 * Writes to tables with a stream take a lock on their keys, read the items before, pass the request on untouched, and derive
 * what changed. Everything else goes straight through.
 */
export class StreamTap {
  readonly #database: Database;
  readonly #tables: ReadonlyMap<string, TableDefinition>;
  readonly #logs: ReadonlyMap<string, StreamLog>;
  readonly #intents: Journal<WriteIntent>;
  readonly #locks = new KeyLock();

  constructor(options: {
    readonly database: Database;
    readonly tables: readonly TableDefinition[];
    /** Stream by table name. */
    readonly logs: ReadonlyMap<string, StreamLog>;
    readonly intents: Journal<WriteIntent>;
  }) {
    this.#database = options.database;
    this.#tables = new Map(
      options.tables.filter(({ stream }) => stream !== undefined).map((table) => [table.name, table]),
    );
    this.#logs = options.logs;
    this.#intents = options.intents;
  }

  /** Emits the records of writes that an earlier process made without getting to record them. */
  async resume(): Promise<void> {
    for (const [id, intent] of this.#intents.unfinished) {
      const table = this.#tables.get(intent.table);
      if (table !== undefined) {
        const writes = intent.befores.map(({ key }): PlannedWrite => ({ table, key, after: 'read' }));
        await this.#record(writes, new Map(intent.befores.map(({ key, before }) => [keyText(table, key), before])));
      }
      this.#intents.finish([id]);
    }
  }

  /** Handles one request of the DynamoDB protocol; `input` is its body, parsed. */
  async handle(operation: string, body: Buffer, input: unknown): Promise<WireResponse> {
    const writes = this.#plan(operation, input);
    if (writes.length === 0) return this.#database.send(operation, body);
    return this.#locks.hold(
      writes.map(({ table, key }) => keyText(table, key)),
      () => this.#write(operation, body, writes),
    );
  }

  /** Deletes one item if a condition holds, as time to live does. Returns whether it did. */
  async expire(table: TableDefinition, key: Item, attribute: string, value: unknown): Promise<boolean> {
    const input = {
      TableName: table.name,
      Key: key,
      ConditionExpression: '#ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':ttl': value },
    };
    const body = Buffer.from(JSON.stringify(input));
    if (table.stream === undefined) return (await this.#database.send('DeleteItem', body)).status === 200;
    const write: PlannedWrite = { table, key, after: undefined };
    return this.#locks.hold([keyText(table, key)], async () => {
      return (await this.#write('DeleteItem', body, [write], true)).status === 200;
    });
  }

  async #write(
    operation: string,
    body: Buffer,
    writes: readonly PlannedWrite[],
    expired = false,
  ): Promise<WireResponse> {
    const befores = await this.#read(writes);
    const intents = [...Map.groupBy(writes, ({ table }) => table.name)].map(
      ([table, planned]): [string, WriteIntent] => [
        randomUUID(),
        { table, befores: planned.map((write) => intentOf(write, befores)) },
      ],
    );
    this.#intents.add(intents);
    const response = await this.#database.send(operation, body);
    // The database checks a whole request before it writes anything, so a refusal has changed nothing.
    if (response.status === 200) await this.#record(withoutUnprocessed(writes, operation, response), befores, expired);
    this.#intents.finish(intents.map(([id]) => id));
    return response;
  }

  async #record(
    writes: readonly PlannedWrite[],
    befores: ReadonlyMap<string, Item | undefined>,
    expired = false,
  ): Promise<void> {
    const unknown = writes.filter(({ after }) => after === 'read');
    const reread = unknown.length === 0 ? new Map<string, Item | undefined>() : await this.#read(unknown);
    for (const [name, planned] of Map.groupBy(writes, ({ table }) => table.name)) {
      const changes = planned.flatMap(({ table, key, after: known }): ItemChange[] => {
        const id = keyText(table, key);
        const before = befores.get(id);
        const after = known === 'read' ? reread.get(id) : known;
        if (before === undefined && after === undefined) return [];
        if (before !== undefined && after !== undefined && canonicalItem(before) === canonicalItem(after)) return [];
        return [{ key, before, after, expired }];
      });
      if (changes.length > 0) this.#logs.get(name)?.append(changes);
    }
  }

  #plan(operation: string, input: unknown): PlannedWrite[] {
    if (operation === 'BatchWriteItem') {
      const request = batchSchema.safeParse(input);
      // What we cannot read the database will refuse with its own words.
      if (!request.success) return [];
      return Object.entries(request.data.RequestItems).flatMap(([name, requests]) =>
        requests.flatMap(({ PutRequest, DeleteRequest }) =>
          this.#planOne(name, PutRequest?.Item, DeleteRequest?.Key, false),
        ),
      );
    }
    if (operation !== 'PutItem' && operation !== 'UpdateItem' && operation !== 'DeleteItem') return [];
    const request = writeSchema.safeParse(input);
    if (!request.success) return [];
    const { TableName, Item, Key } = request.data;
    return this.#planOne(TableName, Item, Key, operation === 'UpdateItem');
  }

  #planOne(tableName: string, put: Item | undefined, target: Item | undefined, isUpdate: boolean): PlannedWrite[] {
    const table = this.#tables.get(tableName);
    const source = put ?? target;
    const key = table === undefined || source === undefined ? undefined : keyOf(table, source);
    if (table === undefined || key === undefined) return [];
    return [{ table, key: storedItem(key), after: isUpdate ? 'read' : put && storedItem(put) }];
  }

  async #read(writes: readonly PlannedWrite[]): Promise<Map<string, Item | undefined>> {
    const images = new Map<string, Item | undefined>(writes.map(({ table, key }) => [keyText(table, key), undefined]));
    const requests = Map.groupBy(writes, ({ table }) => table.name);
    let pending: Record<string, { Keys: unknown[]; ConsistentRead: true }> = Object.fromEntries(
      [...requests].map(([name, planned]) => [name, { Keys: distinctKeys(planned), ConsistentRead: true }]),
    );
    while (Object.keys(pending).length > 0) {
      const { Responses, UnprocessedKeys } = readSchema.parse(
        await this.#database.call('BatchGetItem', { RequestItems: pending }),
      );
      for (const [name, items] of Object.entries(Responses)) {
        const table = this.#tables.get(name);
        for (const found of items) {
          const key = table && keyOf(table, found);
          if (table !== undefined && key !== undefined) images.set(keyText(table, key), found);
        }
      }
      pending = Object.fromEntries(
        Object.entries(UnprocessedKeys).map(([name, { Keys }]) => [name, { Keys, ConsistentRead: true }]),
      );
    }
    return images;
  }
}

const readSchema = z.object({
  Responses: z.record(z.string(), z.array(item)).default({}),
  UnprocessedKeys: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })).default({}),
});

function distinctKeys(writes: readonly PlannedWrite[]): Item[] {
  return [...new Map(writes.map(({ table, key }) => [keyText(table, key), key])).values()];
}

function intentOf(
  { table, key }: PlannedWrite,
  befores: ReadonlyMap<string, Item | undefined>,
): WriteIntent['befores'][number] {
  const before = befores.get(keyText(table, key));
  return before === undefined ? { key } : { key, before };
}

function withoutUnprocessed(
  writes: readonly PlannedWrite[],
  operation: string,
  response: WireResponse,
): readonly PlannedWrite[] {
  if (operation !== 'BatchWriteItem') return writes;
  const { UnprocessedItems = {} } = unprocessedSchema.parse(JSON.parse(response.body.toString()));
  if (Object.keys(UnprocessedItems).length === 0) return writes;
  return writes.filter(({ table, key }) => {
    const left = (UnprocessedItems[table.name] ?? []).map(
      ({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {},
    );
    return !left.some((other) => {
      const otherKey = keyOf(table, other);
      return otherKey !== undefined && keyText(table, otherKey) === keyText(table, key);
    });
  });
}
