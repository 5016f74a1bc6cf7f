import { createHash, randomUUID } from 'node:crypto';
import type { LostInvocation } from './lambda/AsyncInvoker.ts';
import type { AbandonedBatch } from './stream/EventSourceMapping.ts';

/**
 * What Lambda sends to the on-failure destination of an asynchronous invocation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function invocationRecord(lost: LostInvocation, functionArn: string, now: number): object {
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: lost.requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition: lost.condition,
      approximateInvokeCount: lost.attempts,
    },
    requestPayload: JSON.parse(lost.event),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: lost.error,
  };
}

/**
 * What Lambda sends to the on-failure destination of a stream mapping: where the records were in the stream, and for S3
 * also the records themselves (`payload`, JSON text of the whole event).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function streamRecord(
  abandoned: AbandonedBatch,
  functionArn: string,
  now: number,
  withPayload: boolean,
): object {
  const { settings, records, condition, requestId, attempts } = abandoned;
  const first = records[0]?.dynamodb;
  const last = records.at(-1)?.dynamodb;
  const arrival = (seconds = 0): string => new Date(seconds * 1000).toISOString();
  return {
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: attempts },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: shardId(abandoned.lane),
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: settings.streamArn,
    },
    ...(withPayload ? { payload: JSON.stringify({ Records: records }) } : {}),
  };
}

/** `aws/lambda/<mapping>/<shard>/2026/11/20/2026-11-20T13.00.00-<random>` */
export function streamRecordKey(abandoned: AbandonedBatch, now: number): string {
  const time = new Date(now).toISOString();
  const day = time.slice(0, 10).replaceAll('-', '/');
  const second = time.slice(0, 19).replaceAll(':', '.');
  const mapping = createHash('md5').update(abandoned.settings.id).digest('hex');
  const uuid = mapping.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return `aws/lambda/${uuid}/${shardId(abandoned.lane)}/${day}/${second}-${randomUUID()}`;
}

function shardId(lane: number): string {
  return `shardId-00000000000000000000-${String(lane).padStart(8, '0')}`;
}
