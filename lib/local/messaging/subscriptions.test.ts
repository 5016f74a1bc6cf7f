import { expect, it } from 'vitest';
import { compileEventPattern } from '../pattern/eventPattern.ts';
import type { JsonValue } from '../pattern/json.ts';
import { passesFilter, type Subscription, type TopicMessage } from './subscriptions.ts';

const message: TopicMessage = {
  messageId: 'm',
  topicArn: 'arn:topic',
  subject: 's',
  message: JSON.stringify({ severity: 'high', labels: { count: 7 }, tags: ['a', 'b'] }),
  attributes: {
    severity: { type: 'String', value: 'high' },
    count: { type: 'Number', value: '7' },
    tags: { type: 'String.Array', value: '["a","b"]' },
    binary: { type: 'Binary', value: 'eA==' },
    digits: { type: 'String', value: '7' },
  },
  envelope: '{}',
};
const passes = (
  policy: JsonValue,
  scope: 'MessageAttributes' | 'MessageBody' = 'MessageAttributes',
  text = message.message,
): boolean => {
  const subscription: Subscription = {
    id: 'S',
    topicArn: 'arn:topic',
    protocol: 'email',
    endpoint: 'a@b',
    raw: false,
    filter: { pattern: compileEventPattern(policy), scope },
  };
  return passesFilter(subscription, { ...message, message: text });
};

it.each<[string, boolean, boolean]>([
  ['no policy', passesFilter({ id: 'S', topicArn: '', protocol: 'email', endpoint: '', raw: false }, message), true],
  ['an attribute that fits', passes({ severity: ['high', 'critical'] }), true],
  ['an attribute that does not', passes({ severity: ['low'] }), false],
  ['all attributes must fit', passes({ severity: ['high'], count: [{ numeric: ['<', 5] }] }), false],
  ['numbers are numbers', passes({ count: [{ numeric: ['>=', 7] }] }), true],
  ['text that looks like a number is not', passes({ digits: [{ numeric: ['>=', 7] }] }), false],
  ['one element of a string array', passes({ tags: ['b'] }), true],
  ['binary attributes are not there', passes({ binary: [{ exists: true }] }), false],
  ['$or', passes({ $or: [{ severity: ['low'] }, { tags: ['a'] }] }), true],
  ['a body that fits', passes({ labels: { count: [7] }, tags: ['a'] }, 'MessageBody'), true],
  ['a body that does not', passes({ labels: { count: [8] } }, 'MessageBody'), false],
  ['a body that is no JSON', passes({ severity: [{ exists: false }] }, 'MessageBody', 'plain text'), false],
])('%s', (_name, actual, expected) => {
  expect(actual).toBe(expected);
});
