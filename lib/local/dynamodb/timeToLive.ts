import * as z from 'zod';
import type { Database } from './Database.ts';
import type { StreamTap } from './StreamTap.ts';
import { keyOf, type TableDefinition } from './tableDefinition.ts';

/** DynamoDB leaves items alone whose time to live lies further back, as protection against wrong units. */
const oldestSeconds = 5 * 365 * 24 * 3600;

const pageSchema = z.object({
  Items: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))).default([]),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Deletes what has expired from every table with a time to live, once, with stream records that name DynamoDB as the one
 * who did it. AWS does this "within a few days".
 *
 * @param now epoch milliseconds
 * @returns the number of items deleted
 */
export async function sweepExpired(
  database: Database,
  tap: StreamTap,
  tables: readonly TableDefinition[],
  now: number,
): Promise<number> {
  let deleted = 0;
  for (const table of tables) {
    const attribute = table.ttlAttribute;
    if (attribute === undefined) continue;
    const seconds = Math.floor(now / 1000);
    let startKey: Record<string, unknown> | undefined;
    do {
      const page = pageSchema.parse(
        await database.call('Scan', {
          TableName: table.name,
          Limit: 500,
          FilterExpression: '#ttl < :now AND #ttl > :oldest',
          ExpressionAttributeNames: { '#ttl': attribute },
          ExpressionAttributeValues: {
            ':now': { N: String(seconds) },
            ':oldest': { N: String(seconds - oldestSeconds) },
          },
          ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
        }),
      );
      for (const item of page.Items) {
        const key = keyOf(table, item);
        if (key !== undefined && (await tap.expire(table, key, attribute, item[attribute]))) deleted++;
      }
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
  }
  return deleted;
}
