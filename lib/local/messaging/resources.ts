import { isJsonObject } from '../pattern/json.ts';
import type { Deployment, Resource } from '../template/deployment.ts';
import type { Messaging } from './Messaging.ts';

/** Queue properties that SQS takes as attributes of the same name. */
const queueAttributes = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'MaximumMessageSize',
  'DelaySeconds',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'FifoQueue',
  'ContentBasedDeduplication',
];

/** Creates the queues, topics and buckets of the templates. */
export function createMessagingResources(deployment: Deployment, messaging: Messaging): void {
  for (const queue of deployment.resources('AWS::SQS::Queue')) {
    messaging.createQueue(queue.attribute('QueueName'), attributesOf(queue, queueAttributes));
  }
  for (const topic of deployment.resources('AWS::SNS::Topic')) {
    messaging.createTopic(
      topic.attribute('TopicName'),
      attributesOf(topic, ['FifoTopic', 'ContentBasedDeduplication']),
    );
  }
  for (const bucket of deployment.resources('AWS::S3::Bucket')) messaging.createBucket(bucket.ref);
}

function attributesOf({ properties }: Resource, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = properties[name];
      if (value === undefined) return [];
      return [[name, isJsonObject(value) ? JSON.stringify(value) : String(value)]];
    }),
  );
}
