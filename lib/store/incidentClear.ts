import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { IncidentsKey } from './incidentKeys.ts';
import { toStoreError } from './storeError.ts';

/**
 * Removes debts from an item. The version goes up with it: a writer that read the item before would otherwise put the
 * debts back. When none of them is there any more, the condition fails and nothing is left to do.
 *
 * @throws KefError `StoreUnavailable`
 */
export async function clearOwed(
  client: DynamoDBDocumentClient,
  table: string,
  key: IncidentsKey,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const names = Object.fromEntries(ids.map((id, index) => [`#${index}`, id]));
  const paths = Object.keys(names).map((name) => `owed.${name}`);
  try {
    await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { ...key },
        UpdateExpression: `ADD version :one REMOVE ${paths.join(', ')}`,
        ConditionExpression: paths.map((path) => `attribute_exists(${path})`).join(' OR '),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return;
    throw toStoreError(error, 'Clearing a paid debt');
  }
}
