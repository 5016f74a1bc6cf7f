import * as z from 'zod';
import { parse } from '../lambda/functionDefinition.ts';
import { compileEventPattern, type EventPattern } from '../pattern/eventPattern.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../pattern/json.ts';
import type { Deployment } from '../template/deployment.ts';

/** A subscription of the templates. */
export interface Subscription {
  readonly id: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly filter?: { readonly pattern: EventPattern; readonly scope: 'MessageAttributes' | 'MessageBody' };
  readonly raw: boolean;
}

/** A message on a topic, as it arrives at subscribers. */
export interface TopicMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
  /** Type and value by name; `String.Array` values are JSON text. */
  readonly attributes: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
  /** The JSON envelope in which SNS delivers it. */
  readonly envelope: string;
}

const subscriptionSchema = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string().default(''),
  FilterPolicy: z.record(z.string(), z.json()).optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).default('MessageAttributes'),
  RawMessageDelivery: z.boolean().default(false),
});
const envelopeSchema = z.object({
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z.string().default(''),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Type: z.string(), Value: z.string() })).default({}),
});

/** Reads the subscriptions of the templates, those written inside a topic included. */
export function readSubscriptions(deployment: Deployment): Subscription[] {
  const inline = deployment.resources('AWS::SNS::Topic').flatMap((topic) => {
    const listed = Array.isArray(topic.properties.Subscription) ? topic.properties.Subscription : [];
    return listed
      .filter(isJsonObject)
      .map((properties) => ({ ...topic, properties: { ...properties, TopicArn: topic.ref } }));
  });
  return [...deployment.resources('AWS::SNS::Subscription'), ...inline].map((resource) => {
    const { TopicArn, Protocol, Endpoint, FilterPolicy, FilterPolicyScope, RawMessageDelivery } = parse(
      resource,
      subscriptionSchema,
    );
    return {
      id: resource.logicalId,
      topicArn: TopicArn,
      protocol: Protocol,
      endpoint: Endpoint,
      ...(FilterPolicy === undefined
        ? {}
        : { filter: { pattern: compileEventPattern(FilterPolicy), scope: FilterPolicyScope } }),
      raw: RawMessageDelivery,
    };
  });
}

/** Reads SNS's JSON envelope. */
export function readEnvelope(envelope: string): TopicMessage {
  const { MessageId, TopicArn, Subject, Message, MessageAttributes } = envelopeSchema.parse(JSON.parse(envelope));
  const attributes = Object.entries(MessageAttributes).map(([name, { Type, Value }]) => [
    name,
    { type: Type, value: Value },
  ]);
  return {
    messageId: MessageId,
    topicArn: TopicArn,
    subject: Subject,
    message: Message,
    attributes: Object.fromEntries(attributes),
    envelope,
  };
}

/**
 * True when a subscription's filter policy lets a message pass. A policy on the body refuses messages that are not JSON
 * objects.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function passesFilter({ filter }: Subscription, message: TopicMessage): boolean {
  if (filter === undefined) return true;
  const subject = filter.scope === 'MessageBody' ? parseObject(message.message) : attributesAsObject(message);
  return subject !== undefined && filter.pattern.matches(subject);
}

function attributesAsObject({ attributes }: TopicMessage): JsonObject {
  const object: JsonObject = {};
  for (const [name, { type, value }] of Object.entries(attributes)) {
    if (type.startsWith('Number')) object[name] = Number(value);
    else if (type.startsWith('String.Array')) object[name] = parseJson(value) ?? value;
    // Binary attributes cannot be filtered on.
    else if (type.startsWith('String')) object[name] = value;
  }
  return object;
}

function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue; // JSON.parse returns nothing else
  } catch {
    // Not JSON: a body policy refuses it, an attribute stays text.
    return undefined;
  }
}
