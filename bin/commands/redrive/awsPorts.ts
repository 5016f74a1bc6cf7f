import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { requireOutput, type StackOutputs } from '../stackOutputs.ts';
import type { AwsRequest } from './awsRequest.ts';
import { invoke } from './invoke.ts';
import type { BatchPorts } from './redriveBatches.ts';
import type { DeadLetter, NotificationPorts } from './redriveNotifications.ts';

/** Where Lambda puts what an event source mapping gave up. */
const parkedPrefix = 'aws/lambda/';

/** Seconds a message stays hidden while it is delivered again; long enough for a few invocations. */
const hiddenSeconds = 120;
/** Seconds it stays hidden when it was only looked at. */
const lookedAtSeconds = 10;
/** An empty answer means an empty queue only after a wait, and what was looked at has to come back first. */
const waitSeconds = { look: 2, apply: lookedAtSeconds + 2 };

/** The real bucket and function behind {@link BatchPorts}. */
export async function batchPorts(
  outputs: StackOutputs,
  stack: string,
  request: AwsRequest,
  s3: S3Client,
): Promise<BatchPorts> {
  const { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const Bucket = requireOutput(outputs, 'ParkedBucket', stack);
  const route = requireOutput(outputs, 'RouteFunction', stack);
  return {
    async *keys() {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: parkedPrefix })) {
        // A key begins with mapping and shard; within those it is ordered by time, which is the order that matters.
        for (const { Key } of Contents) if (Key !== undefined) yield Key;
      }
    },
    read: async (Key) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? '',
    remove: async (Key) => void (await s3.send(new DeleteObjectCommand({ Bucket, Key }))),
    invokeRoute: (event) => invoke(request, route, event),
  };
}

const messagesSchema = z.object({
  Messages: z.array(z.object({ MessageId: z.string(), ReceiptHandle: z.string(), Body: z.string() })).default([]),
});

/** The real queue and function behind {@link NotificationPorts}. */
export function notificationPorts(
  outputs: StackOutputs,
  stack: string,
  request: AwsRequest,
  apply: boolean,
): NotificationPorts {
  const QueueUrl = requireOutput(outputs, 'NotifyDeadLetters', stack);
  const notify = requireOutput(outputs, 'NotifyFunction', stack);
  const call = (action: string, body: object): Promise<Response> =>
    request('sqs', {
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify({ QueueUrl, ...body }),
    });
  return {
    receive: async () => {
      const answer = await call('ReceiveMessage', {
        MaxNumberOfMessages: 10,
        VisibilityTimeout: apply ? hiddenSeconds : lookedAtSeconds,
        WaitTimeSeconds: apply ? waitSeconds.apply : waitSeconds.look,
      });
      return messagesSchema
        .parse(await answer.json())
        .Messages.map(({ MessageId, ReceiptHandle, Body }): DeadLetter => {
          return { id: MessageId, receipt: ReceiptHandle, body: Body };
        });
    },
    remove: async (ReceiptHandle) => void (await call('DeleteMessage', { ReceiptHandle })),
    invokeNotify: (event) => invoke(request, notify, event),
  };
}
