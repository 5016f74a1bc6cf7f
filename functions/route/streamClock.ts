import type { DynamoDBRecord } from 'aws-lambda';

/** From History's write to the record being routed, in ordinary times. */
const streamDelayMs = 15_000;

/**
 * Up to when everything that happened is known, epoch milliseconds: up to the first record of the batch, because what came
 * before was routed. Without a batch it is the clock, less what records commonly take. So news that wait for a recovery are
 * not told while that recovery waits in the stream.
 */
export function clockOf(records: readonly DynamoDBRecord[], now: number): number {
  const arrivals = records.flatMap(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime ?? []);
  return Math.min(now - (records.length === 0 ? streamDelayMs : 0), ...arrivals.map((seconds) => seconds * 1000));
}
