import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { KefError } from '../errors.ts';
import type { IncidentsKey } from './incidentKeys.ts';
import { fullJitter, type Pace } from './retry.ts';
import { toStoreError } from './storeError.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const maxKeysPerCall = 100;
const maxAttempts = 6;

/**
 * Reads items by key, consistently: a decision made on an old version would only fail its condition, but one that finds
 * nothing to do is never checked again. Asks again for what DynamoDB left over (throttling, or more than 16 MB).
 *
 * @throws KefError `StoreUnavailable`
 */
export async function batchGet(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly IncidentsKey[],
  pace: Pace,
): Promise<Record<string, unknown>[]> {
  const wanted = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()];
  const items: Record<string, unknown>[] = [];
  for (let start = 0; start < wanted.length; start += maxKeysPerCall) {
    let left: Record<string, unknown>[] = wanted.slice(start, start + maxKeysPerCall).map((key) => ({ ...key }));
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === maxAttempts) throw throttled(left.length);
      if (attempt > 0) await pace.sleep(fullJitter(attempt - 1, pace.random));
      const answer = await readOnce(client, table, left);
      items.push(...answer.found);
      left = answer.left;
    }
  }
  return items;
}

async function readOnce(client: DynamoDBDocumentClient, table: string, keys: Record<string, unknown>[]) {
  try {
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
    );
    return { found: answer.Responses?.[table] ?? [], left: answer.UnprocessedKeys?.[table]?.Keys ?? [] };
  } catch (error) {
    throw toStoreError(error, 'Reading incidents');
  }
}

function throttled(left: number): KefError {
  return new KefError(
    'StoreUnavailable',
    `The Incidents table is throttling: ${left} items could not be read in ${maxAttempts} attempts; try again shortly.`,
  );
}
