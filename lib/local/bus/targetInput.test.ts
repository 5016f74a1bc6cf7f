import { expect, it } from 'vitest';
import type { JsonObject } from '../pattern/json.ts';
import type { RuleTarget } from './rules.ts';
import { targetInput } from './targetInput.ts';

const event: JsonObject = {
  version: '0',
  'detail-type': 'order',
  time: '2026-01-01T00:00:00Z',
  resources: ['arn:one', 'arn:two'],
  detail: { name: 'say "hi"', count: 3, labels: { reason: 'OOM' } },
};
const context = { ruleArn: 'arn:rule', ruleName: 'rule', ingestionTime: '2026-01-01T00:00:01Z' };
const input = (change: Partial<RuleTarget>): string =>
  targetInput({ arn: 'arn:x', maxRetries: 0, maxAgeMs: 0, ...change }, event, context);
const template = (text: string, paths: Record<string, string> = {}): string =>
  input({ transformer: { paths, template: text } });

it.each<[string, string, string]>([
  ['the whole event', input({}), JSON.stringify(event)],
  ['a constant', input({ input: '{"x":1}' }), '{"x":1}'],
  ['a part', input({ inputPath: '$.detail.labels' }), '{"reason":"OOM"}'],
  ['an element', input({ inputPath: '$.resources[1]' }), '"arn:two"'],
  ['a name with a dash', input({ inputPath: "$['detail-type']" }), '"order"'],
  ['a part that is not there', input({ inputPath: '$.detail.nothing' }), 'null'],
  ['a template of text', template('"<r> x<c>"', { r: '$.detail.labels.reason', c: '$.detail.count' }), '"OOM x3"'],
  [
    'a template of JSON',
    template('{"c":<c>,"l":<l>,"n":<n>}', { c: '$.detail.count', l: '$.detail.labels', n: '$.detail.name' }),
    '{"c":3,"l":{"reason":"OOM"},"n":"say \\"hi\\""}',
  ],
  ['quotes inside quotes', template('"<n>"', { n: '$.detail.name' }), '"say \\"hi\\""'],
  ['an object inside quotes', template('"<l>"', { l: '$.detail.labels' }), '"{\\"reason\\":\\"OOM\\"}"'],
  ['a missing variable', template('"a<x>b"', { x: '$.nope' }), '"ab"'],
  [
    'what the rule knows',
    template('"<aws.events.rule-name> <aws.events.event.ingestion-time>"'),
    '"rule 2026-01-01T00:00:01Z"',
  ],
  ['the event itself', template('{"e":<aws.events.event.json>}'), `{"e":${JSON.stringify(event)}}`],
])('%s', (_name, actual, expected) => {
  expect(actual).toBe(expected);
});
