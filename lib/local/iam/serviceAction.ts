import * as z from 'zod';
import type { AccessRequest } from './policy.ts';

/** A service call of a function, as far as its permissions depend on it. */
export interface ServiceCall {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body, parsed; undefined when it is not JSON. */
  readonly input: unknown;
  readonly region: string;
  readonly account: string;
}

const tables = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const table = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const keyed = z.object({ Key: z.object({ pk: z.object({ S: z.string() }) }) });
const put = z.object({ Item: z.object({ pk: z.object({ S: z.string() }) }) });
const query = z.object({
  KeyConditionExpression: z.string(),
  ExpressionAttributeValues: z.record(z.string(), z.object({ S: z.string().optional() })),
});
const entries = z.object({ Entries: z.array(z.object({ EventBusName: z.string().optional() })) });
const queue = z.object({ QueueUrl: z.string() });

/** What a call needs to be allowed to do, one request per resource; empty when that cannot be told. */
export function accessRequestsOf(call: ServiceCall): AccessRequest[] {
  const operation = (call.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
  const arn = (service: string, resource: string): string =>
    `arn:aws:${service}:${call.region}:${call.account}:${resource}`;
  switch (call.service) {
    case 'dynamodb': {
      const action = `dynamodb:${operation}`;
      const many = tables.safeParse(call.input);
      if (many.success) {
        return Object.keys(many.data.RequestItems).map((name) => ({
          action,
          resource: arn('dynamodb', `table/${name}`),
        }));
      }
      const one = table.safeParse(call.input);
      if (!one.success) return [];
      const { TableName, IndexName } = one.data;
      const index = IndexName === undefined ? '' : `/index/${IndexName}`;
      const leadingKey = leadingKeyOf(call.input);
      const context = leadingKey === undefined ? undefined : { 'dynamodb:LeadingKeys': leadingKey };
      return [
        {
          action,
          resource: arn('dynamodb', `table/${TableName}${index}`),
          ...(context === undefined ? {} : { context }),
        },
      ];
    }
    case 'events': {
      const request = entries.safeParse(call.input);
      const buses = new Set(
        request.success ? request.data.Entries.map(({ EventBusName = 'default' }) => EventBusName) : [],
      );
      return [...buses].map((bus) => ({
        action: `events:${operation}`,
        resource: bus.startsWith('arn:') ? bus : arn('events', `event-bus/${bus}`),
      }));
    }
    case 'sns': {
      const form = new URLSearchParams(call.body.toString());
      const resource = form.get('TopicArn');
      // A batch needs the same permission as a single message.
      const action = (form.get('Action') ?? '').replace(/Batch$/, '');
      return resource === null ? [] : [{ action: `sns:${action}`, resource }];
    }
    case 'sqs': {
      const request = queue.safeParse(call.input);
      const name = request.success ? request.data.QueueUrl.split('/').at(-1) : undefined;
      return name === undefined
        ? []
        : [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: arn('sqs', name) }];
    }
    case 's3': {
      const [path = ''] = call.url.split('?');
      const [, bucket = '', ...key] = decodeURIComponent(path).split('/');
      const object = key.join('/');
      const verb = { GET: 'Get', HEAD: 'Get', PUT: 'Put', POST: 'Put', DELETE: 'Delete' }[call.method];
      if (verb === undefined || bucket === '') return [];
      return object === ''
        ? [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` }]
        : [{ action: `s3:${verb}Object`, resource: `arn:aws:s3:::${bucket}/${object}` }];
    }
    default:
      return [];
  }
}

/** The partition key a call is about: policies may allow some partitions only. Our tables call it `pk`; queries name its value. */
function leadingKeyOf(input: unknown): string | undefined {
  const item = keyed.safeParse(input);
  if (item.success) return item.data.Key.pk.S;
  const written = put.safeParse(input);
  if (written.success) return written.data.Item.pk.S;
  const asked = query.safeParse(input);
  if (!asked.success) return undefined;
  // A key condition begins with, or contains, exactly one equality on the partition key.
  const placeholder = /=\s*(:\w+)/.exec(asked.data.KeyConditionExpression)?.[1];
  return placeholder === undefined ? undefined : asked.data.ExpressionAttributeValues[placeholder]?.S;
}
